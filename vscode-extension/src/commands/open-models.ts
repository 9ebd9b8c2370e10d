// aloop.openModels: opens the models.yaml in use, at a given entry if any, and creates it if it does not exist.

import * as vscode from 'vscode';
import { makeModelsFile } from '../agent/make-file';
import { entryLine } from '../entry-line';
import { executeOrExplain } from '../messages';
import { addActiveFile, fileOf } from '../model-picker';
import { isSameUri } from '../models-file';
import type { CommandArguments, ListModelsResult } from '../protocol';
import type { Server } from '../server';
import type { RegisteredCommand } from './registered';

const RELOAD_MS = 2000;

export const openModels: RegisteredCommand = {
  id: 'aloop.openModels',
  run: (server, given) => openModelsFile(server, addActiveFile(given)),
};

export async function openModelsFile(server: Server, args: CommandArguments): Promise<void> {
  const { uri: used, problem } = server.models ?? {};
  if (
    server.condition.kind === 'running' &&
    used != null &&
    problem !== undefined &&
    (args.uri === undefined || isSameUri(args.uri, used))
  ) {
    // The server cannot list the models of a file that it cannot read.
    await show(vscode.Uri.parse(used), args.modelId, problem.line ?? undefined);
    return;
  }
  const listed = await executeOrExplain<ListModelsResult>(server, 'aloop.listModels', fileOf(args));
  // If there is no file yet, this is where it belongs.
  if (listed?.uri == null) {
    return;
  }
  const uri = vscode.Uri.parse(listed.uri);
  if ((await exists(uri)) || (await makeModelsFile(server, uri.fsPath))) {
    await show(uri, args.modelId);
  }
}

async function show(uri: vscode.Uri, modelId: string | undefined, line?: number): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  const editor = await vscode.window.showTextDocument(document);
  if (modelId !== undefined && line === undefined && entryLine(document.getText(), modelId) === 0) {
    await nextChange(document);
  }
  const found = modelId === undefined ? 0 : entryLine(document.getText(), modelId);
  if (found === 0 && line === undefined) {
    return;
  }
  const start = new vscode.Position(found || (line ?? 1) - 1, 0);
  editor.selection = new vscode.Selection(start, start);
  editor.revealRange(new vscode.Range(start, start), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** Waits until VS Code has noticed that the server wrote an open file, at most `RELOAD_MS`. */
function nextChange(document: vscode.TextDocument): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      listener.dispose();
      resolve();
    };
    const listener = vscode.workspace.onDidChangeTextDocument((change) => change.document === document && end());
    const timer = setTimeout(end, RELOAD_MS);
  });
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}
