// aloop.importModels: adds the models of another tool's file, which the user selects.

import * as vscode from 'vscode';
import { runAndShow } from '../messages';
import { addActiveFile } from '../model-picker';
import type { CommandArguments } from '../protocol';
import type { RegisteredCommand } from './registered';

export const importModels: RegisteredCommand = {
  id: 'aloop.importModels',
  async run(server, given) {
    const args = given.source === undefined && given.text === undefined ? await withFile(given) : given;
    if (args !== undefined) {
      await runAndShow(server, 'aloop.importModels', addActiveFile(args));
    }
  },
};

/** The arguments with the file that the user selects, or undefined if the user cancels. */
async function withFile(args: CommandArguments): Promise<CommandArguments | undefined> {
  const [file] = (await vscode.window.showOpenDialog({ title: 'Import Models', openLabel: 'Import' })) ?? [];
  return file === undefined ? undefined : { ...args, source: file.fsPath };
}
