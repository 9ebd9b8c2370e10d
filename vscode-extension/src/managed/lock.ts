// A lock between windows: only one at a time changes the environment.

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import * as path from 'node:path';

const PAUSE_MS = 250;

/** Waits for the lock, runs `work` and releases the lock. A lock whose process has ended is removed. */
export async function withLock<Result>(
  file: string,
  signal: AbortSignal,
  work: () => Promise<Result>,
): Promise<Result> {
  await mkdir(path.dirname(file), { recursive: true });
  while (!(await acquire(file))) {
    signal.throwIfAborted();
    if (await isStale(file)) {
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

async function acquire(file: string): Promise<boolean> {
  return writeFile(file, String(process.pid), { flag: 'wx' }).then(
    () => true,
    () => false,
  );
}

async function isStale(file: string): Promise<boolean> {
  try {
    // A new lock is empty for a moment.
    const owner = Number(await readFile(file, 'utf8'));
    return owner !== 0 && !process.kill(owner, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
