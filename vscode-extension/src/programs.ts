// Finds programs on this machine and runs them without a shell.

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

/** The program `name` in the folder of another program, if it exists. */
export function findSibling(program: string | undefined, name: string): string | undefined {
  const found = program === undefined ? '' : path.join(path.dirname(program), executableName(name, process.platform));
  return isExecutable(found) ? found : undefined;
}

export interface RunResult {
  /** Null if the program could not be started or was killed. */
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

/** Runs a program and waits for it. Never throws: a failure is part of the result. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return new Promise((resolve) => {
    execFile(program, args, { ...options, maxBuffer: MAXIMUM_OUTPUT, windowsHide: true }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
      resolve({ code, stdout, stderr: stderr === '' && code === null ? String(error?.message) : stderr });
    });
  });
}
