// Finds the folder of the window where agents start, so that they use the same models.yaml.

import * as path from 'node:path';
import { isInside } from './server-lookup';

/**
 * The first folder inside the folder that contains `.aloop`; otherwise the first folder of the window. In a window
 * without folders, the folder that contains `.aloop`.
 */
export function servedFolder(file: string | null, folders: readonly string[]): string | undefined {
  const owner = file === null ? undefined : path.dirname(path.dirname(file));
  return folders.find((folder) => owner !== undefined && isInside(folder, owner)) ?? folders[0] ?? owner;
}
