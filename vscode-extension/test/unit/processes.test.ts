// Parents of a process.

import { spawn } from 'node:child_process';
import { expect, it } from 'vitest';
import { ancestors, parentOf } from '../../src/agent/processes';

it('finds the parents of a process', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const pid = child.pid ?? 0;
  try {
    expect(await parentOf(pid)).toBe(process.pid);
    expect((await ancestors(pid)).slice(0, 3)).toEqual([pid, process.pid, process.ppid]);
  } finally {
    child.kill('SIGKILL');
  }
});

it('has no parent for a process that does not exist', async () => {
  expect(await parentOf(2 ** 22 + 1)).toBeUndefined();
  expect(await ancestors(2 ** 22 + 1)).toEqual([2 ** 22 + 1]);
});
