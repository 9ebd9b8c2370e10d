// Programs on this machine: whether a file is one, and running one without a shell.

import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import * as path from 'node:path';
import { executableName } from './server-lookup';

export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The program of that name in the same folder as another one, where there is one. */
export function beside(program: string | undefined, name: string): string | undefined {
  const found = program === undefined ? '' : path.join(path.dirname(program), executableName(name, process.platform));
  return isExecutable(found) ? found : undefined;
}

export interface Ended {
  /** Null where the program could not be started, or was stopped. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string | undefined;
  readonly signal?: AbortSignal;
  readonly timeout?: number;
}

const MAXIMUM_OUTPUT = 16 * 1024 * 1024;

/** Runs a program to its end; how it ended is part of the answer, never an exception. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(program, args, { ...options, maxBuffer: MAXIMUM_OUTPUT, windowsHide: true }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
      resolve({ code, stdout, stderr: stderr === '' && code === null ? String(error?.message) : stderr });
    });
  });
}
