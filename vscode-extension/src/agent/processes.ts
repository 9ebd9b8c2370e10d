// Finds the parents of a process: an agent's terminal is the one whose shell started it.

import { readFile } from 'node:fs/promises';
import { run } from '../programs';

const MOST_PARENTS = 16;
const TIMEOUT_MS = 2000;

/** The IDs of the process and its parents, innermost first. */
export async function ancestors(pid: number): Promise<number[]> {
  const found: number[] = [];
  for (let next: number | undefined = pid; next !== undefined && next > 1 && found.length < MOST_PARENTS; ) {
    found.push(next);
    next = await parentOf(next);
  }
  return found;
}

/** The ID of the parent, or undefined if the process has ended. */
export async function parentOf(pid: number): Promise<number | undefined> {
  if (process.platform !== 'linux') {
    const { code, stdout } = await run('ps', ['-o', 'ppid=', '-p', String(pid)], { timeout: TIMEOUT_MS });
    return code === 0 ? Number.parseInt(stdout, 10) || undefined : undefined;
  }
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The name of the program, in parentheses, may contain spaces and parentheses.
  const parent = status?.slice(status.lastIndexOf(')') + 2).split(' ')[1];
  return parent === undefined ? undefined : Number(parent);
}
