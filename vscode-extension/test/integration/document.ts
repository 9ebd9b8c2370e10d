// The models.yaml of the window, with the text that a test wants in it.

import * as path from 'node:path';
import * as vscode from 'vscode';

const LIMIT_MS = Number(process.env.ALOOP_PATIENCE || 30_000);

export const KEY = 'sk-proj-0123456789abcdefghijABCDEFGHIJ0123456789abcdefghij';
export const TEXT = `# Our models
models:
  openai/gpt-4o:
    name: GPT 🎉 four
    api_key: ${KEY}
    timeout: 300
  ollama/llama2:
    name: Local Llama
    api_base: http://localhost:11434

default: openai/gpt-4o
`;

const [folder] = vscode.workspace.workspaceFolders ?? [];
export const FOLDER = folder?.uri.fsPath ?? '';
export const FILE = vscode.Uri.file(path.join(FOLDER, '.aloop/models.yaml'));

/** The file with this text, open, saved and known to the server. */
export async function opened(text: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(FILE);
  await vscode.window.showTextDocument(document);
  await typed(document, text);
  await document.save();
  return document;
}

/** Replaces the whole text in the editor; it is not saved. */
export async function typed(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
  await vscode.workspace.applyEdit(edit);
}

/** The rules found in the file, once they are the expected ones. */
export async function findings(expected: readonly string[]): Promise<vscode.Diagnostic[]> {
  const found = (): vscode.Diagnostic[] => vscode.languages.getDiagnostics(FILE);
  await until(
    () => rules(found()).join() === expected.join(),
    () => rules(found()).join(),
  );
  return found();
}

export function rules(found: readonly vscode.Diagnostic[]): string[] {
  return found.map(({ code }) => String(typeof code === 'object' ? code.value : code)).sort();
}

/** Waits until `holds`; `shown` tells what there was instead. */
export async function until(holds: () => boolean | Promise<boolean>, shown: () => string = () => ''): Promise<void> {
  const end = Date.now() + LIMIT_MS;
  while (!(await holds())) {
    if (Date.now() > end) {
      throw new Error(`It did not come to pass. There is: ${shown()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The place of a text in the document, `within` characters behind its start. */
export function at(document: vscode.TextDocument, text: string, within = 0): vscode.Position {
  return document.positionAt(document.getText().indexOf(text) + within);
}

/** The texts that the ranges stand on. */
export function texts(document: vscode.TextDocument, ranges: readonly vscode.Range[]): string[] {
  return ranges.map((range) => document.getText(range));
}
