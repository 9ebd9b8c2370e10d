// Keeps keys out of the trace: masks every value that could hold file text or a secret.

const MASK = '••••••••';

/** Values under these names never hold what a person typed. */
const SAFE_NAMES = new Set([
  'jsonrpc',
  'method',
  'uri',
  'rootUri',
  'rootPath',
  'languageId',
  'kind',
  'code',
  'source',
  'reason',
  'command',
  'positionEncoding',
  'trace',
  'version',
  'locale',
  'token',
  'id',
  'type',
  'file',
  'folder',
]);

/** Nothing under these names comes from a file or a person. */
const SAFE_OBJECTS = new Set(['capabilities', 'clientInfo', 'serverInfo']);

/** One entry of the client's trace: a heading, `Params: {…}` and the like, or a whole message in JSON. */
export function redactTrace(entry: string): string {
  const data = /^(Params: |Result: |Error data: |(?=\{))([\s\S]+)$/.exec(entry);
  return data === null ? entry : `${data[1]}${redactJson(data[2] ?? '')}\n`;
}

function redactJson(json: string): string {
  try {
    return JSON.stringify(redactValue(JSON.parse(json), ''), null, 2);
  } catch {
    return MASK;
  }
}

function redactValue(value: unknown, name: string): unknown {
  if (SAFE_OBJECTS.has(name)) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map((item) => redactValue(item, name));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, key === 'fields' ? MASK : redactValue(item, key)]),
    );
  }
  return typeof value === 'string' && !SAFE_NAMES.has(name) ? MASK : value;
}
