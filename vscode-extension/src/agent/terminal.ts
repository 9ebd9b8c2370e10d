// Runs the agent in a terminal of this window, from the folder where the server's program is.

import * as vscode from 'vscode';
import { showWarning, startOrExplain } from '../messages';
import { findSibling } from '../programs';
import type { Server } from '../server';
import { doctor, windowFolder } from './doctor';
import { shellKind, shellLine } from './shell-line';

/** Runs `aloop …` in a new terminal, or shows what is missing if the agent is not installed. */
export async function runAloop(server: Server, args: readonly string[]): Promise<void> {
  if (!(await startOrExplain(server)) || !(await hasAgent(server))) {
    return;
  }
  const program = findSibling(server.location?.path, 'aloop') ?? 'aloop';
  // The Python extension types its own line into terminals that are visible at once; the agent would receive it.
  const terminal = vscode.window.createTerminal({ name: 'aloop', hideFromUser: true, cwd: windowFolder(server) });
  terminal.show();
  terminal.sendText(shellLine(shellKind(vscode.env.shell, process.platform), [program, ...args]));
}

/** Whether the agent's packages are installed; if not, the missing ones have been shown. */
async function hasAgent(server: Server): Promise<boolean> {
  const parts = (await doctor(server))?.extras?.agent ?? {};
  const missing = Object.entries(parts).flatMap(([name, isThere]) => (isThere ? [] : [name]));
  if (missing.length === 0) {
    return true;
  }
  const python = findSibling(server.location?.path, 'python') ?? 'python';
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
  showWarning(`The agent needs packages that are not installed: ${missing.join(', ')}. Install them, then try again.`, [
    install,
  ]);
  return false;
}
