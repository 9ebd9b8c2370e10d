// What `aloop models doctor` tells about this window's folder: file in use and why, versions, catalog, extras.

import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { beside, run } from '../programs';
import { servedFolder } from '../served-folder';
import type { Server } from '../server';

const TIMEOUT_MS = 15_000;

/** The part of the report that the extension reads; an older program may leave some of it out. */
export interface DoctorReport {
  readonly catalog?: { readonly made?: string; readonly litellm?: string; readonly providers?: number };
  readonly extras?: { readonly agent?: Readonly<Record<string, boolean>> };
}

/** Undefined where the server stands alone, without the command line. */
export async function doctor(server: Server): Promise<DoctorReport | undefined> {
  const text = await doctorText(server, ['--json']);
  try {
    return text === undefined ? undefined : (JSON.parse(text) as DoctorReport);
  } catch {
    return undefined;
  }
}

export async function doctorText(server: Server, options: readonly string[] = []): Promise<string | undefined> {
  const program = beside(server.location?.path, 'aloop');
  if (program === undefined) {
    return undefined;
  }
  const ended = await run(program, ['models', 'doctor', ...options], {
    cwd: windowFolder(server),
    timeout: TIMEOUT_MS,
  });
  return ended.code === 0 ? ended.stdout : undefined;
}

/** The folder of the window whose models.yaml is in use; without a folder, home. */
export function windowFolder(server: Server): string {
  const folders = (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath);
  return servedFolder(server.models?.file ?? null, folders) ?? homedir();
}
