// A terminal of this window in which the agent's program runs, beside the server that serves the window.

import * as vscode from 'vscode';
import { startOrExplain, warn } from '../messages';
import { beside } from '../programs';
import type { Server } from '../server';
import { doctor, windowFolder } from './doctor';
import { shellKind, shellLine } from './shell-line';

/** Types `aloop …` into a new terminal and starts it; says what is missing where the agent is not installed. */
export async function runAloop(server: Server, args: readonly string[]): Promise<void> {
  if (!(await startOrExplain(server)) || !(await hasAgent(server))) {
    return;
  }
  const program = beside(server.location?.path, 'aloop') ?? 'aloop';
  // VS Code's Python extension types its own line into terminals that are shown at once: it would go to the agent.
  const terminal = vscode.window.createTerminal({ name: 'aloop', hideFromUser: true, cwd: windowFolder(server) });
  terminal.show();
  terminal.sendText(shellLine(shellKind(vscode.env.shell, process.platform), [program, ...args]));
}

async function hasAgent(server: Server): Promise<boolean> {
  const parts = (await doctor(server))?.extras?.agent ?? {};
  const missing = Object.entries(parts).flatMap(([name, isThere]) => (isThere ? [] : [name]));
  if (missing.length === 0) {
    return true;
  }
  const python = beside(server.location?.path, 'python') ?? 'python';
  const line = shellLine(shellKind(vscode.env.shell, process.platform), [
    python,
    '-m',
    'pip',
    'install',
    'aloop-models[agent]',
  ]);
  const install =
    server.location?.source === 'managed'
      ? { title: 'Install', command: 'aloop.setUpServer', arguments: { agreed: true, withAgent: true } }
      : { title: 'Install in Terminal', typed: line };
  warn(`The agent needs more packages than the server: ${missing.join(', ')}. Install them, then start it again.`, [
    install,
  ]);
  return false;
}
