// Whether a models.yaml is in reach of this window, so that the server starts only where it is of use.

import { stat } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';

const INSIDE_A_FOLDER = path.join('.aloop', 'models.yaml');

/**
 * The server decides which file is in use; this only looks whether there is any, from each folder upwards and at home.
 */
export async function isModelsFileInReach(): Promise<boolean> {
  const folders = (vscode.workspace.workspaceFolders ?? [])
    .filter((folder) => folder.uri.scheme === 'file')
    .map((folder) => folder.uri.fsPath);
  const places = new Set([...folders.flatMap(withParents), os.homedir()]);
  const found = await Promise.all([...places].map((place) => isFile(path.join(place, INSIDE_A_FOLDER))));
  return found.includes(true) || vscode.workspace.textDocuments.some(isModelsFile);
}

export function isModelsFile(document: vscode.TextDocument): boolean {
  return document.uri.scheme === 'file' && document.uri.path.endsWith('/.aloop/models.yaml');
}

/** The models.yaml in the active editor: a command given there means this file. */
export function activeModelsUri(): string | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document !== undefined && isModelsFile(document) ? document.uri.toString() : undefined;
}

/** The client and the server may encode the same path differently. */
export function sameUri(one: string, other: string): boolean {
  return vscode.Uri.parse(one).fsPath === vscode.Uri.parse(other).fsPath;
}

function withParents(folder: string): string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [folder] : [folder, ...withParents(parent)];
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}
