// One window at a time makes the environment; the others wait for it.

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import * as path from 'node:path';

const PAUSE_MS = 250;

/** Runs `work` while no other window does; a lock whose owner is gone is taken over. */
export async function locked<Result>(file: string, signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
  await mkdir(path.dirname(file), { recursive: true });
  while (!(await isTaken(file))) {
    signal.throwIfAborted();
    if (await isLeftBehind(file)) {
      await rm(file, { force: true });
    } else {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function isTaken(file: string): Promise<boolean> {
  return writeFile(file, String(process.pid), { flag: 'wx' }).then(
    () => true,
    () => false,
  );
}

async function isLeftBehind(file: string): Promise<boolean> {
  try {
    // A lock that has just been made holds no number yet.
    const owner = Number(await readFile(file, 'utf8'));
    return owner !== 0 && !process.kill(owner, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
