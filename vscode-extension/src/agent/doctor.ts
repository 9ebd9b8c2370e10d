// Runs `aloop models doctor` in this window's folder: the file in use and why, versions, catalog, extras.

import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { findSibling, run } from '../programs';
import { servedFolder } from '../served-folder';
import type { Server } from '../server';

const TIMEOUT_MS = 15_000;

/** The part of the report that the extension reads. An older program may send less. */
export interface DoctorReport {
  readonly catalog?: { readonly made?: string; readonly litellm?: string; readonly providers?: number };
  readonly extras?: { readonly agent?: Readonly<Record<string, boolean>> };
}

/** The report, or undefined if the command line is not installed next to the server. */
export async function doctor(server: Server): Promise<DoctorReport | undefined> {
  const text = await doctorText(server, ['--json']);
  try {
    return text === undefined ? undefined : (JSON.parse(text) as DoctorReport);
  } catch {
    return undefined;
  }
}

/** The report as text, or undefined as above. */
export async function doctorText(server: Server, options: readonly string[] = []): Promise<string | undefined> {
  const program = findSibling(server.location?.path, 'aloop');
  if (program === undefined) {
    return undefined;
  }
  const ended = await run(program, ['models', 'doctor', ...options], {
    cwd: windowFolder(server),
    timeout: TIMEOUT_MS,
  });
  return ended.code === 0 ? ended.stdout : undefined;
}

/** The folder of the window whose models.yaml is in use, or the home folder if there is neither folder nor file. */
export function windowFolder(server: Server): string {
  const folders = (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath);
  return servedFolder(server.models?.file ?? null, folders) ?? homedir();
}
