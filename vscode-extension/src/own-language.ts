// Opens every models.yaml in its own language: in plain YAML, VS Code would suggest words of the file, which include
// API keys.

import * as vscode from 'vscode';
import { hasOwnName, isListed } from './models-file';
import { MODELS_LANGUAGE } from './protocol';

/**
 * Sets the language of each models.yaml that opens and of each file that `aloop.files` names, also if
 * `files.associations` name another one. A language that the user selects afterwards is kept while the file is open.
 */
export function keepOwnLanguage(): vscode.Disposable {
  const seen = new Set<string>();
  const adopt = (document: vscode.TextDocument): void => {
    const uri = document.uri.toString();
    if ((hasOwnName(document) || isListed(document)) && !seen.has(uri)) {
      seen.add(uri);
      if (document.languageId !== MODELS_LANGUAGE) {
        void vscode.languages.setTextDocumentLanguage(document, MODELS_LANGUAGE);
      }
    }
  };
  /** Follows `aloop.files`: a file that it no longer names is plain YAML again. */
  const listChanged = (change: vscode.ConfigurationChangeEvent): void => {
    if (!change.affectsConfiguration('aloop.files')) {
      return;
    }
    for (const document of vscode.workspace.textDocuments) {
      const isOwn = hasOwnName(document) || isListed(document);
      if (!isOwn && seen.delete(document.uri.toString()) && document.languageId === MODELS_LANGUAGE) {
        void vscode.languages.setTextDocumentLanguage(document, 'yaml');
      }
      adopt(document);
    }
  };
  // VS Code closes and reopens a document to change its language; only a closed file has no tab.
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
    vscode.workspace.onDidChangeConfiguration(listChanged),
    vscode.window.tabGroups.onDidChangeTabs(forget),
  );
}
