// The context menu of models.yaml: commands about the entry at the cursor.

import * as vscode from 'vscode';
import type { CommandArguments } from '../protocol';
import type { RegisteredCommand } from './registered';

/** A command that runs another one with the entry at the cursor; outside of entries, the other one asks for a model. */
function onEntry(id: string, command: string): RegisteredCommand {
  return {
    id,
    async run() {
      await vscode.commands.executeCommand(command, await entryAtCursor());
    },
  };
}

export const useThisModel = onEntry('aloop.useThisModel', 'aloop.switchModel');
export const setAsDefault = onEntry('aloop.setAsDefault', 'aloop.setDefaultModel');
export const setEntryKey = onEntry('aloop.setEntryKey', 'aloop.setKey');
export const editEntry = onEntry('aloop.editEntry', 'aloop.editModel');
export const testEntry = onEntry('aloop.testEntry', 'aloop.testModels');
export const copyEntry = onEntry('aloop.copyEntry', 'aloop.copyModel');
export const removeEntry = onEntry('aloop.removeEntry', 'aloop.removeModel');

async function entryAtCursor(): Promise<CommandArguments> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    return {};
  }
  const { uri } = editor.document;
  const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[] | undefined>(
    'vscode.executeDocumentSymbolProvider',
    uri,
  );
  const { line } = editor.selection.active;
  const entry = (symbols ?? [])
    .flatMap((section) => section.children)
    .find(({ kind, range }) => kind === vscode.SymbolKind.Object && range.start.line <= line && line <= range.end.line);
  return { uri: uri.toString(), ...(entry === undefined ? {} : { modelId: entry.name }) };
}
