// The order in which the server is looked for, on POSIX and Windows.

import { describe, expect, it } from 'vitest';
import { findServer, type LookupPlace } from '../../src/server-lookup';

function place(executables: string[], over: Partial<LookupPlace> = {}): LookupPlace {
  return {
    configuredPath: '', workspaceFolders: ['/work'], isTrusted: true, platform: 'linux', searchPath: '/usr/bin:/opt/bin',
    home: '/home/me', isExecutable: (file) => executables.includes(file), ...over,
  };
}

describe('findServer', () => {
  const everywhere = ['/set/aloop-ls', '/work/.venv/bin/aloop-ls', '/opt/bin/aloop-ls'];

  it.each([
    ['the setting first', place(everywhere, { configuredPath: '/set/aloop-ls' }), '/set/aloop-ls', 'setting'],
    ['then the workspace', place(everywhere), '/work/.venv/bin/aloop-ls', 'workspace'],
    ['then PATH', place(['/opt/bin/aloop-ls']), '/opt/bin/aloop-ls', 'PATH'],
    ['a later workspace folder', place(['/b/.venv/bin/aloop-ls'], { workspaceFolders: ['/a', '/b'] }), '/b/.venv/bin/aloop-ls', 'workspace'],
    ['the home in the setting', place(['/home/me/bin/aloop-ls'], { configuredPath: '~/bin/aloop-ls' }), '/home/me/bin/aloop-ls', 'setting'],
    ['the folder in the setting', place(['/work/x'], { configuredPath: '${workspaceFolder}/x' }), '/work/x', 'setting'],
    ['nothing of a folder that is not trusted', place(everywhere, { isTrusted: false }), '/opt/bin/aloop-ls', 'PATH'],
  ])('%s', (_case, given, path, source) => {
    expect(findServer(given)).toEqual({ found: true, path, source });
  });

  it('looks in Scripts on Windows', () => {
    const server = 'C:\\work\\.venv\\Scripts\\aloop-ls.exe';
    const windows = place([server], { platform: 'win32', workspaceFolders: ['C:\\work'], searchPath: 'C:\\bin;D:\\bin' });
    expect(findServer(windows)).toMatchObject({ path: server, source: 'workspace' });
    expect(findServer({ ...windows, isExecutable: (file) => file === 'D:\\bin\\aloop-ls.exe' })).toMatchObject({ source: 'PATH' });
  });

  it('never puts another server in place of the one that the setting names', () => {
    expect(findServer(place(everywhere, { configuredPath: '/gone/aloop-ls' }))).toMatchObject({
      found: false,
      reason: 'settingNotExecutable',
      message: expect.stringContaining('/gone/aloop-ls'),
    });
  });

  it('passes over relative entries of PATH and says what to do where there is no server', () => {
    const nothing = findServer(place(['bin/aloop-ls', 'aloop-ls'], { searchPath: 'bin::.' }));
    expect(nothing).toMatchObject({ found: false, reason: 'notInstalled', message: expect.stringContaining('pip install aloop-models') });
  });
});
