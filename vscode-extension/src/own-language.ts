// A models.yaml always opens in its own language: in one for plain YAML, VS Code would suggest words of the file, keys
// among them.

import * as vscode from 'vscode';
import { isModelsFile } from './models-file';
import { MODELS_LANGUAGE } from './protocol';

/**
 * Gives each models.yaml that opens its language, whatever `files.associations` say; a language that a person then
 * chooses by hand is kept while the file is open.
 */
export function keepOwnLanguage(): vscode.Disposable {
  const seen = new Set<string>();
  const adopt = (document: vscode.TextDocument): void => {
    const uri = document.uri.toString();
    if (isModelsFile(document) && !seen.has(uri)) {
      seen.add(uri);
      if (document.languageId !== MODELS_LANGUAGE) {
        void vscode.languages.setTextDocumentLanguage(document, MODELS_LANGUAGE);
      }
    }
  };
  // VS Code closes and opens a document whose language changes; one that is really closed is in no tab.
  const forget = (): void => {
    const open = new Set(
      vscode.window.tabGroups.all
        .flatMap((group) => group.tabs)
        .map(({ input }) => (input instanceof vscode.TabInputText ? input.uri.toString() : '')),
    );
    for (const uri of seen) {
      if (!open.has(uri)) {
        seen.delete(uri);
      }
    }
  };
  vscode.workspace.textDocuments.forEach(adopt);
  return vscode.Disposable.from(
    vscode.workspace.onDidOpenTextDocument(adopt),
    vscode.window.tabGroups.onDidChangeTabs(forget),
  );
}
