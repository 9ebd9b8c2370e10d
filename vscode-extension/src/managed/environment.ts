// The extension's own Python environment: one per version, in its storage, installed from the wheel in the extension.

import { existsSync, utimesSync } from 'node:fs';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { isExecutable, run } from '../programs';
import { executableName } from '../server-lookup';
import { withLock } from './lock';
import type { Python } from './python';

const STAMP = 'complete';
const UNUSED_MS = 30 * 24 * 60 * 60 * 1000;
const INSTALL_TIMEOUT_MS = 15 * 60 * 1000;

export interface Managed {
  /** The extension's storage. */
  readonly storage: string;
  /** The folder of the extension's bundle, which contains the wheel. */
  readonly bundle: string;
  readonly version: string;
}

/** A failed step of the installation with the output of its program. */
export class InstallationError extends Error {
  constructor(
    readonly stage: 'venv' | 'pip' | 'check',
    readonly output: string,
  ) {
    super(`${stage} failed`);
  }
}

export interface InstallOptions {
  readonly python: Python;
  readonly withAgent: boolean;
  readonly signal: AbortSignal;
  readonly report: (message: string) => void;
  readonly log: (text: string) => void;
}

/** The server of the environment, or undefined if the environment does not exist or is incomplete. */
export function managedServer(managed: Managed): string | undefined {
  const folder = folderOf(managed);
  const server = programIn(folder, 'aloop-ls');
  return existsSync(path.join(folder, STAMP)) && isExecutable(server) ? server : undefined;
}

/** Creates the environment or adds the agent's packages. Throws `InstallationError`, or `AbortError` on cancel. */
export async function installEnvironment(managed: Managed, options: InstallOptions): Promise<void> {
  const folder = folderOf(managed);
  const existed = managedServer(managed) !== undefined;
  await withLock(`${folder}.lock`, options.signal, async () => {
    const exists = managedServer(managed) !== undefined;
    if (exists && options.withAgent) {
      await installPackages(managed, options);
    } else if (!exists || existed) {
      await createEnvironment(managed, options);
    }
  });
}

/** Marks the environment as used, and removes environments of other versions that were not used for a month. */
export async function removeUnused(managed: Managed): Promise<void> {
  const own = path.basename(folderOf(managed));
  utimesSync(path.join(managed.storage, own, STAMP), new Date(), new Date());
  for (const name of await readdir(managed.storage)) {
    if (/^server-[\d.]+$/.test(name) && name !== own) {
      const used = await stat(path.join(managed.storage, name, STAMP)).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      );
      if (Date.now() - used > UNUSED_MS) {
        await rm(path.join(managed.storage, name), { recursive: true, force: true });
      }
    }
  }
}

async function createEnvironment(managed: Managed, options: InstallOptions): Promise<void> {
  const folder = folderOf(managed);
  await rm(folder, { recursive: true, force: true });
  await mkdir(managed.storage, { recursive: true });
  try {
    options.report('Creating a Python environment…');
    await runStep('venv', options.python.path, ['-I', '-m', 'venv', folder], managed, options);
    await installPackages(managed, options);
    await runStep('check', programIn(folder, 'aloop-ls'), ['--version'], managed, options);
    await writeFile(path.join(folder, STAMP), `${managed.version}\n`);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function installPackages(managed: Managed, options: InstallOptions): Promise<void> {
  options.report(
    options.withAgent ? 'Installing the agent and its packages…' : 'Installing the server and its packages…',
  );
  const wheel = path.join(managed.bundle, `aloop_models-${managed.version}-py3-none-any.whl`);
  const requirement = options.withAgent ? `aloop-models[agent] @ ${pathToFileURL(wheel).href}` : wheel;
  const pip = [
    '-I',
    '-m',
    'pip',
    'install',
    '--no-input',
    '--disable-pip-version-check',
    '--no-warn-script-location',
    requirement,
  ];
  await runStep('pip', programIn(folderOf(managed), 'python'), pip, managed, options);
}

/** Runs one program in the storage folder, so that no file of the workspace can affect it. */
async function runStep(
  stage: InstallationError['stage'],
  program: string,
  args: readonly string[],
  managed: Managed,
  options: InstallOptions,
): Promise<void> {
  options.log(`> ${[program, ...args].join(' ')}`);
  const result = await run(program, args, {
    cwd: managed.storage,
    signal: options.signal,
    timeout: INSTALL_TIMEOUT_MS,
  });
  const output = `${result.stdout}${result.stderr}`.trim();
  options.log(output);
  options.signal.throwIfAborted();
  if (result.code !== 0) {
    throw new InstallationError(stage, output);
  }
}

function folderOf(managed: Managed): string {
  return path.join(managed.storage, `server-${managed.version}`);
}

function programIn(folder: string, name: string): string {
  return path.join(folder, process.platform === 'win32' ? 'Scripts' : 'bin', executableName(name, process.platform));
}
