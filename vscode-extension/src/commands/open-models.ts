// aloop.openModels: opens the models.yaml in use, at an entry where one is named.

import * as vscode from 'vscode';
import { entryLine } from '../entry-line';
import { executeOrExplain } from '../messages';
import { fileOf, offerFirstModel, withFile } from '../model-picker';
import type { CommandArguments, ListModelsResult } from '../protocol';
import type { Server } from '../server';
import type { RegisteredCommand } from './registered';

export const openModels: RegisteredCommand = {
  id: 'aloop.openModels',
  async run(server, given) {
    if (!(await openModelsFile(server, withFile(given)))) {
      await offerFirstModel();
    }
  },
};

/** False where there is no file yet. */
export async function openModelsFile(server: Server, args: CommandArguments): Promise<boolean> {
  const listed = await executeOrExplain<ListModelsResult>(server, 'aloop.listModels', fileOf(args));
  if (listed === undefined) {
    return true;
  }
  // Where there is no file, the server names the place of the first one.
  const uri = listed.uri === null ? null : vscode.Uri.parse(listed.uri);
  if (uri === null || !(await exists(uri))) {
    return false;
  }
  const document = await vscode.workspace.openTextDocument(uri);
  const editor = await vscode.window.showTextDocument(document);
  if (args.modelId !== undefined) {
    const start = new vscode.Position(entryLine(document.getText(), args.modelId), 0);
    editor.selection = new vscode.Selection(start, start);
    editor.revealRange(new vscode.Range(start, start), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }
  return true;
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(() => true, () => false);
}
