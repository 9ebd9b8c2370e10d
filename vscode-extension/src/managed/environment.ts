// The extension's own Python environment: one per version, in its storage, made from the wheel inside the extension.

import { existsSync, utimesSync } from 'node:fs';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { isExecutable, run } from '../programs';
import { executableName } from '../server-lookup';
import { locked } from './lock';
import type { Python } from './python';

const STAMP = 'complete';
const UNUSED_MS = 30 * 24 * 60 * 60 * 1000;
const INSTALL_TIMEOUT_MS = 15 * 60 * 1000;

export interface Managed {
  /** The extension's storage. */
  readonly storage: string;
  /** The folder of the extension's bundle, which holds the wheel. */
  readonly bundle: string;
  readonly version: string;
}

/** A step of the installation that failed; `output` is what the program said. */
export class InstallationFailed extends Error {
  constructor(
    readonly stage: 'venv' | 'pip' | 'check',
    readonly output: string,
  ) {
    super(`${stage} failed`);
  }
}

export interface Making {
  readonly python: Python;
  readonly withAgent: boolean;
  readonly signal: AbortSignal;
  readonly report: (message: string) => void;
  readonly log: (text: string) => void;
}

/** The server of the environment, or undefined where there is none yet, or its making was broken off. */
export function managedServer(managed: Managed): string | undefined {
  const folder = folderOf(managed);
  const server = programIn(folder, 'aloop-ls');
  return existsSync(path.join(folder, STAMP)) && isExecutable(server) ? server : undefined;
}

/** Makes it, or adds the agent's packages to it; rejects with `InstallationFailed`, or as the signal says. */
export async function makeEnvironment(managed: Managed, making: Making): Promise<void> {
  const folder = folderOf(managed);
  const wasThere = managedServer(managed) !== undefined;
  await locked(`${folder}.lock`, making.signal, async () => {
    const isThere = managedServer(managed) !== undefined;
    if (isThere && making.withAgent) {
      await installPackages(managed, making);
    } else if (!isThere || wasThere) {
      await makeAnew(managed, making);
    }
  });
}

/** Marks the environment as used, and removes those of earlier versions that nobody used for a month. */
export async function tidy(managed: Managed): Promise<void> {
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

async function makeAnew(managed: Managed, making: Making): Promise<void> {
  const folder = folderOf(managed);
  await rm(folder, { recursive: true, force: true });
  await mkdir(managed.storage, { recursive: true });
  try {
    making.report('Making a Python environment…');
    await step('venv', making.python.path, ['-I', '-m', 'venv', folder], managed, making);
    await installPackages(managed, making);
    await step('check', programIn(folder, 'aloop-ls'), ['--version'], managed, making);
    await writeFile(path.join(folder, STAMP), `${managed.version}\n`);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function installPackages(managed: Managed, making: Making): Promise<void> {
  making.report(
    making.withAgent ? 'Installing the agent and its packages…' : 'Installing the server and its packages…',
  );
  const wheel = path.join(managed.bundle, `aloop_models-${managed.version}-py3-none-any.whl`);
  const wanted = making.withAgent ? `aloop-models[agent] @ ${pathToFileURL(wheel).href}` : wheel;
  const pip = [
    '-I',
    '-m',
    'pip',
    'install',
    '--no-input',
    '--disable-pip-version-check',
    '--no-warn-script-location',
    wanted,
  ];
  await step('pip', programIn(folderOf(managed), 'python'), pip, managed, making);
}

/** Runs in the storage: nothing in a person's folder may have a say in it. */
async function step(
  stage: InstallationFailed['stage'],
  program: string,
  args: readonly string[],
  managed: Managed,
  making: Making,
): Promise<void> {
  making.log(`> ${[program, ...args].join(' ')}`);
  const ended = await run(program, args, { cwd: managed.storage, signal: making.signal, timeout: INSTALL_TIMEOUT_MS });
  const output = `${ended.stdout}${ended.stderr}`.trim();
  making.log(output);
  making.signal.throwIfAborted();
  if (ended.code !== 0) {
    throw new InstallationFailed(stage, output);
  }
}

function folderOf(managed: Managed): string {
  return path.join(managed.storage, `server-${managed.version}`);
}

function programIn(folder: string, name: string): string {
  return path.join(folder, process.platform === 'win32' ? 'Scripts' : 'bin', executableName(name, process.platform));
}
