// The one terminal for commands that end, such as a test of the models.

import * as vscode from 'vscode';

let last: { readonly terminal: vscode.Terminal; readonly cwd: string | undefined } | undefined;

/** The terminal of the last command in the folder if it is still open, or a new one. */
export function commandTerminal(cwd?: string): vscode.Terminal {
  const isOpen = last !== undefined && vscode.window.terminals.includes(last.terminal);
  if (last === undefined || !isOpen || last.terminal.exitStatus !== undefined || last.cwd !== cwd) {
    // The Python extension types its own line into terminals that are visible at once.
    const options = { name: 'aloop', hideFromUser: true, ...(cwd === undefined ? {} : { cwd }) };
    last = { terminal: vscode.window.createTerminal(options), cwd };
  }
  return last.terminal;
}
