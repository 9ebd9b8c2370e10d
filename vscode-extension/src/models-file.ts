// Finds out whether a models.yaml applies to this window, so that the server starts only when it is needed.

import { stat } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { MODELS_LANGUAGE } from './protocol';
import { expandHome } from './unread-text';

const INSIDE_A_FOLDER = path.join('.aloop', 'models.yaml');

/** Whether there is a models.yaml in a workspace folder, above one, or in the home folder. The server selects it. */
export async function hasModelsFile(): Promise<boolean> {
  const folders = (vscode.workspace.workspaceFolders ?? [])
    .filter((folder) => folder.uri.scheme === 'file')
    .map((folder) => folder.uri.fsPath);
  const places = new Set([...folders.flatMap(withParents), os.homedir()]);
  const found = await Promise.all([...places].map((place) => isFile(path.join(place, INSIDE_A_FOLDER))));
  return found.includes(true) || vscode.workspace.textDocuments.some(isModelsFile);
}

/** Whether the server serves the document: a models.yaml, or a file that has its language for another reason. */
export function isModelsFile(document: vscode.TextDocument): boolean {
  return document.uri.scheme === 'file' && (hasOwnName(document) || document.languageId === MODELS_LANGUAGE);
}

/** Whether agents read a file with this name and folder. */
export function hasOwnName({ uri }: vscode.TextDocument): boolean {
  return uri.scheme === 'file' && uri.path.endsWith('/.aloop/models.yaml');
}

/** Whether `aloop.files` names the file: the editor serves it, but no agent uses it. */
export function isListed(document: vscode.TextDocument): boolean {
  return listedFiles().some((filter) => vscode.languages.match(filter, document) > 0);
}

function listedFiles(): vscode.DocumentFilter[] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return vscode.workspace
    .getConfiguration('aloop')
    .get<string[]>('files', [])
    .flatMap((glob): vscode.DocumentFilter[] => {
      const pattern = expandHome(glob.trim(), os.homedir());
      if (pattern === '' || path.isAbsolute(pattern)) {
        return pattern === '' ? [] : [{ scheme: 'file', pattern }];
      }
      const relative = pattern.replace(/^\.\//, '');
      return folders.map((folder) => ({ scheme: 'file', pattern: new vscode.RelativePattern(folder, relative) }));
    });
}

/** The URI of the models.yaml in the active editor, if it is one. */
export function activeModelsUri(): string | undefined {
  const document = vscode.window.activeTextEditor?.document;
  return document !== undefined && isModelsFile(document) ? document.uri.toString() : undefined;
}

/** Compares paths, because the client and the server may encode the same path differently. */
export function isSameUri(one: string, other: string): boolean {
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
