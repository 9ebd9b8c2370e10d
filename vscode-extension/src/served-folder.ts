// Which of the window's folders the models.yaml in use belongs to: agents start there, and find the same file.

import * as path from 'node:path';
import { isInside } from './server-lookup';

/**
 * The first folder at or below the one that holds `.aloop`; the first of all where none is, as with the file at home.
 */
export function servedFolder(file: string | null, folders: readonly string[]): string | undefined {
  const owner = file === null ? undefined : path.dirname(path.dirname(file));
  return folders.find((folder) => owner !== undefined && isInside(folder, owner)) ?? folders[0];
}
