// Lists the running agents, or switches one: node switch.mjs [SESSION MODEL]
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

function sessions() {
  const uid = process.getuid();
  const given = process.env.XDG_RUNTIME_DIR ?? `/run/user/${uid}`;
  const isPrivate = existsSync(given) && statSync(given).uid === uid && (statSync(given).mode & 0o777) === 0o700;
  const folder = join(isPrivate ? join(given, 'aloop-models') : join(tmpdir(), `aloop-models-${uid}`), 'sessions');
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
  return files.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
}

function call(endpoint, command, argument) {
  return new Promise((resolve, reject) => {
    const connection = connect(endpoint);
    let data = Buffer.alloc(0);
    const send = (message) => {
      const body = JSON.stringify({ jsonrpc: '2.0', ...message });
      connection.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    };
    connection.setTimeout(2000, () => connection.destroy(new Error('no answer within 2 seconds')));
    connection.on('error', reject);
    connection.on('close', () => reject(new Error('the agent closed the connection')));
    connection.on('data', (chunk) => {
      data = Buffer.concat([data, chunk]);
      for (let end; (end = data.indexOf('\r\n\r\n')) >= 0; ) {
        const next = end + 4 + Number(/content-length: *(\d+)/i.exec(data.subarray(0, end))[1]);
        if (data.length < next) return;
        const message = JSON.parse(data.subarray(end + 4, next));
        data = data.subarray(next);
        if (message.id !== 2) continue;
        connection.end();
        message.error ? reject(new Error(message.error.message)) : resolve(message.result);
      }
    });
    send({ id: 1, method: 'initialize', params: { clientInfo: { name: 'switch.mjs' }, capabilities: {} } });
    send({ id: 2, method: 'workspace/executeCommand', params: { command, arguments: [argument] } });
  });
}

const [session, modelId] = process.argv.slice(2);
const agents = sessions().filter((entry) => entry.kind !== 'editor');
const agent = agents.find((entry) => entry.id === session);
try {
  if (!session) for (const { id, model_id, folder } of agents) console.log(id, model_id, folder);
  else if (!agent) throw new Error(`There is no agent ${session}.`);
  else console.log((await call(agent.endpoint, 'aloop.switchModel', { modelId })).message);
} catch (error) {
  console.error(`switch.mjs: ${error.message}`);
  process.exitCode = 2;
}
