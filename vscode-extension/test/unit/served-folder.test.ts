// The folder of the window where agents start.

import { expect, it } from 'vitest';
import { servedFolder } from '../../src/served-folder';

it.each([
  ['the file of the only folder', '/work/a/.aloop/models.yaml', ['/work/a'], '/work/a'],
  ['the file above the only folder', '/work/.aloop/models.yaml', ['/work/a/deep'], '/work/a/deep'],
  ['the file of the second folder', '/work/b/.aloop/models.yaml', ['/work/a', '/work/b', '/work/b/c'], '/work/b'],
  ['a folder with a similar name', '/work/b/.aloop/models.yaml', ['/work/bb', '/work/b'], '/work/b'],
  ['the file at home', '/home/me/.aloop/models.yaml', ['/work/a', '/work/b'], '/work/a'],
  ['`.aloop` itself', '/work/a/.aloop/models.yaml', ['/work/a/.aloop'], '/work/a/.aloop'],
  ['no file yet', null, ['/work/a', '/work/b'], '/work/a'],
  ['no folder, the file at home', '/home/me/.aloop/models.yaml', [], '/home/me'],
  ['no folder, a file elsewhere', '/work/a/.aloop/models.yaml', [], '/work/a'],
  ['neither folder nor file', null, [], undefined],
] as const)('%s', (_case, file, folders, expected) => {
  expect(servedFolder(file, folders)).toBe(expected);
});
