// The extension's own Python environment: one per version, in its storage, made from the wheel inside the extension.

import { readdirSync } from 'node:fs';
import { readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { executableName } from '../server-lookup';
import { isExecutable, run } from '../programs';
import { locked } from './lock';
import type { Python } from './python';

const STAMP = 'complete';
const UNUSED_MS = 30 * 24 * 60 * 60 * 1000;
const INSTALL_TIMEOUT_MS = 15 * 60 * 1000;

export interface Managed {
  /** The extension's storage. */
  readonly storage: string;
  /** The extension itself, with the wheel in its `dist`. */
  readonly extension: string;
  readonly version: string;
}

/** A step of the installation that failed; `output` is what the program said. */
export class InstallationFailed extends Error {
  constructor(readonly stage: 'venv' | 'pip' | 'check', readonly output: string) {
    super(`${stage} failed`);
  }
}

/** The program of the environment, or undefined where there is none yet or its making was broken off. */
export function managedProgram(managed: Managed, name: 'aloop-ls' | 'aloop' | 'python'): string | undefined {
  const folder = folderOf(managed);
  const program = programIn(folder, name);
  return isExecutable(path.join(folder, '..', `${path.basename(folder)}.${STAMP}`)) || isComplete(folder) ? existing(program) : undefined;
}

function existing(program: string): string | undefined {
  return isExecutable(program) ? program : undefined;
}

function isComplete(folder: string): boolean {
  try {
    return readdirSync(folder).includes(STAMP);
  } catch {
    return false;
  }
}

export interface Making {
  readonly python: Python;
  readonly withAgent: boolean;
  readonly signal: AbortSignal;
  readonly report: (message: string) => void;
  readonly log: (line: string) => void;
}

/** Makes it anew; what is left of an earlier one goes first. Rejects with `InstallationFailed`, or an abort. */
export async function makeEnvironment(managed: Managed, making: Making): Promise<void> {
  const folder = folderOf(managed);
  await locked(`${folder}.lock`, making.signal, async () => {
    await rm(folder, { recursive: true, force: true });
    try {
      await install(managed, folder, making);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  });
}

async function install(managed: Managed, folder: string, making: Making): Promise<void> {
  const wheel = wheelOf(managed);
  making.report('Making a Python environment…');
  await step('venv', making.python.path, ['-I', '-m', 'venv', folder], managed, making);
  making.report(making.withAgent ? 'Installing the server and the agent from PyPI…' : 'Installing the server…');
  const wanted = making.withAgent ? `aloop-models[agent] @ ${fileUri(wheel)}` : wheel;
  const pip = ['-I', '-m', 'pip', 'install', '--no-input', '--disable-pip-version-check', '--no-warn-script-location', wanted];
  await step('pip', programIn(folder, 'python'), pip, managed, making);
  making.report('Starting it…');
  await step('check', programIn(folder, 'aloop-ls'), ['--version'], managed, making);
  await writeFile(path.join(folder, STAMP), `${managed.version}\n`);
}
