// Runs inside the extension host of a real VS Code, which calls `run` and waits for it.

import { appendFileSync } from 'node:fs';
import { format } from 'node:util';
import Mocha from 'mocha';

export async function run(): Promise<void> {
  // VS Code's console contains its own messages.
  Mocha.reporters.Base.consoleLog = (...words: unknown[]): void =>
    appendFileSync(process.env.ALOOP_REPORT ?? '/dev/null', `${format(...words)}\n`);
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, color: false });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  await import('./features.test');
  await import('./second-client.test');
  await new Promise<void>((resolve, reject) => {
    mocha.run((failures) => (failures === 0 ? resolve() : reject(new Error(`${failures} tests failed`))));
  });
}
