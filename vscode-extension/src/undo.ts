// Undoes a change that the server wrote to models.yaml on disk.

import { randomBytes } from 'node:crypto';
import { chmod, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';

/** The content of a file, or undefined if it cannot be read. */
export async function contentOf(file: string): Promise<Buffer | undefined> {
  return readFile(file).catch(() => undefined);
}

/**
 * Writes `before` if the content is still `after`; returns whether it did. The file is replaced in one step and keeps
 * its permissions, and a symbolic link stays a link.
 */
export async function restore(file: string, before: Buffer, after: Buffer): Promise<boolean> {
  if (!(await contentOf(file))?.equals(after)) {
    return false;
  }
  const target = await realpath(file);
  const copy = `${target}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await writeFile(copy, before, { mode: 0o600, flag: 'wx' });
    await chmod(copy, (await stat(target)).mode & 0o777);
    await rename(copy, target);
    return true;
  } finally {
    await rm(copy, { force: true });
  }
}
