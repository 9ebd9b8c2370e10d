// Runs the agent and its commands in terminals of this window, from the folder where the server's program is.

import * as vscode from 'vscode';
import { showWarning, startOrExplain } from '../messages';
import { findSibling } from '../programs';
import type { Server } from '../server';
import { agentTerminals } from './agent-terminals';
import { commandTerminal } from './command-terminal';
import { doctor, windowFolder } from './doctor';
import { shellKind, shellLine } from './shell-line';

/** Starts an agent in a new terminal, or shows what is missing if it is not installed. */
export async function startAloop(server: Server): Promise<void> {
  if (await canRun(server)) {
    const terminal = agentTerminals.create(windowFolder(server), server.models?.choice?.displayName);
    runIn(terminal, server, []);
  }
}

/** Runs `aloop …` in the terminal of the last such command, or shows what is missing if it is not installed. */
export async function runAloop(server: Server, args: readonly string[]): Promise<void> {
  if (await canRun(server)) {
    runIn(commandTerminal(windowFolder(server)), server, args);
  }
}

function runIn(terminal: vscode.Terminal, server: Server, args: readonly string[]): void {
  const program = findSibling(server.location?.path, 'aloop') ?? 'aloop';
  terminal.show();
  terminal.sendText(shellLine(shellKind(vscode.env.shell, process.platform), [program, ...args]));
}

async function canRun(server: Server): Promise<boolean> {
  return (await startOrExplain(server)) && (await hasAgent(server));
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
