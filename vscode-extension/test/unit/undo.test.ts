// Undo of a change on disk.

import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contentOf, restore } from '../../src/undo';

let folder: string;
let file: string;
const before = Buffer.from('models:\n  openai/one:\n    name: Eins ü\n');
const after = Buffer.from('models:\n');

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'aloop-unit-'));
  file = path.join(folder, 'models.yaml');
  writeFileSync(file, after);
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('restore', () => {
  it.each([0o600, 0o640, 0o644])('writes the text before, with the permissions of the file: %o', async (mode) => {
    chmodSync(file, mode);
    expect(await restore(file, before, after)).toBe(true);
    expect(readFileSync(file)).toEqual(before);
    expect(statSync(file).mode & 0o777).toBe(mode);
    expect(readdirSync(folder)).toEqual(['models.yaml']);
  });

  it('changes nothing if the file has changed since', async () => {
    writeFileSync(file, '# mine\n');
    expect(await restore(file, before, after)).toBe(false);
    expect(readFileSync(file, 'utf8')).toBe('# mine\n');
  });

  it('changes nothing if the file was deleted', async () => {
    rmSync(file);
    expect(await restore(file, before, after)).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('keeps a symbolic link', async () => {
    const link = path.join(folder, 'link.yaml');
    symlinkSync(file, link);
    expect(await restore(link, before, after)).toBe(true);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(file)).toEqual(before);
  });
});

it('has no content for a missing file', async () => {
  expect(await contentOf(path.join(folder, 'none'))).toBeUndefined();
});
