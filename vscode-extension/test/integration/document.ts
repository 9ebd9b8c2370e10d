// The models.yaml of the window with the text of a test.

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

/** Opens the file with this text and saves it. */
export async function openFile(text: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(FILE);
  await vscode.window.showTextDocument(document);
  await replaceText(document, text);
  await document.save();
  return document;
}

/** Replaces the whole text in the editor without saving it. */
export async function replaceText(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
  await vscode.workspace.applyEdit(edit);
}

/** Waits until the file has exactly these rules, and returns its diagnostics. */
export async function waitForRules(expected: readonly string[]): Promise<vscode.Diagnostic[]> {
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

/** Waits until a condition is true; `actual` describes the state for the error. */
export async function until(isTrue: () => boolean | Promise<boolean>, actual: () => string = () => ''): Promise<void> {
  const end = Date.now() + LIMIT_MS;
  while (!(await isTrue())) {
    if (Date.now() > end) {
      throw new Error(`Timed out. Actual: ${actual()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The position of a text in the document, `within` characters after its start. */
export function at(document: vscode.TextDocument, text: string, within = 0): vscode.Position {
  return document.positionAt(document.getText().indexOf(text) + within);
}

/** The text of each range. */
export function texts(document: vscode.TextDocument, ranges: readonly vscode.Range[]): string[] {
  return ranges.map((range) => document.getText(range));
}
