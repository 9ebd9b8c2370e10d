// Masks every value in the trace that may contain file text or a secret.

const MASK = '••••••••';

/** Names of values that never contain text of a file or a user. */
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

/** Names of objects that never contain text of a file or a user. */
const SAFE_OBJECTS = new Set(['capabilities', 'clientInfo', 'serverInfo']);

/** Redacts an entry of the client's trace: a heading, a line such as `Params: {…}`, or a message in JSON. */
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
