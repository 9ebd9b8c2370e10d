// The order of the search for the server, on POSIX and Windows.

import { describe, expect, it } from 'vitest';
import { findServer, type LookupPlace } from '../../src/server-lookup';

function place(executables: string[], over: Partial<LookupPlace> = {}): LookupPlace {
  return {
    configuredPath: '',
    interpreter: undefined,
    managed: undefined,
    workspaceFolders: ['/work'],
    isTrusted: true,
    platform: 'linux',
    searchPath: '/usr/bin:/opt/bin',
    home: '/home/me',
    isExecutable: (file) => executables.includes(file),
    ...over,
  };
}

describe('findServer', () => {
  const everywhere = ['/set/aloop-ls', '/work/.venv/bin/aloop-ls', '/opt/bin/aloop-ls'];

  it.each([
    ['the setting first', place(everywhere, { configuredPath: '/set/aloop-ls' }), '/set/aloop-ls', 'setting'],
    ['then the workspace', place(everywhere), '/work/.venv/bin/aloop-ls', 'workspace'],
    [
      'the chosen interpreter before the workspace',
      place([...everywhere, '/envs/a/bin/aloop-ls'], { interpreter: '/envs/a/bin/python' }),
      '/envs/a/bin/aloop-ls',
      'interpreter',
    ],
    [
      'the workspace where the interpreter has none',
      place(everywhere, { interpreter: '/usr/local/bin/python' }),
      '/work/.venv/bin/aloop-ls',
      'workspace',
    ],
    ['then PATH', place(['/opt/bin/aloop-ls']), '/opt/bin/aloop-ls', 'PATH'],
    [
      'the managed one last',
      place(['/storage/aloop-ls', '/opt/bin/aloop-ls'], { managed: '/storage/aloop-ls' }),
      '/opt/bin/aloop-ls',
      'PATH',
    ],
    ['the managed one', place(['/storage/aloop-ls'], { managed: '/storage/aloop-ls' }), '/storage/aloop-ls', 'managed'],
    [
      'no interpreter in a folder that is not trusted',
      place([...everywhere, '/envs/a/bin/aloop-ls'], { interpreter: '/envs/a/bin/python', isTrusted: false }),
      '/opt/bin/aloop-ls',
      'PATH',
    ],
    [
      'no PATH that leads into a folder that is not trusted',
      place(everywhere, { isTrusted: false, searchPath: '/work/.venv/bin:/opt/bin' }),
      '/opt/bin/aloop-ls',
      'PATH',
    ],
    [
      'a later workspace folder',
      place(['/b/.venv/bin/aloop-ls'], { workspaceFolders: ['/a', '/b'] }),
      '/b/.venv/bin/aloop-ls',
      'workspace',
    ],
    [
      'the home in the setting',
      place(['/home/me/bin/aloop-ls'], { configuredPath: '~/bin/aloop-ls' }),
      '/home/me/bin/aloop-ls',
      'setting',
    ],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: VS Code's own syntax for variables in settings
    ['the folder in the setting', place(['/work/x'], { configuredPath: '${workspaceFolder}/x' }), '/work/x', 'setting'],
    ['nothing of a folder that is not trusted', place(everywhere, { isTrusted: false }), '/opt/bin/aloop-ls', 'PATH'],
  ])('%s', (_case, given, path, source) => {
    expect(findServer(given)).toEqual({ found: true, path, source });
  });

  it('looks in Scripts on Windows', () => {
    const server = 'C:\\work\\.venv\\Scripts\\aloop-ls.exe';
    const windows = place([server], {
      platform: 'win32',
      workspaceFolders: ['C:\\work'],
      searchPath: 'C:\\bin;D:\\bin',
    });
    expect(findServer(windows)).toMatchObject({ path: server, source: 'workspace' });
    const beside = {
      ...windows,
      interpreter: 'C:\\Python\\python.exe',
      isExecutable: (file: string) => file === 'C:\\Python\\Scripts\\aloop-ls.exe',
    };
    expect(findServer(beside)).toMatchObject({ found: true, source: 'interpreter' });
    expect(findServer({ ...windows, isExecutable: (file) => file === 'D:\\bin\\aloop-ls.exe' })).toMatchObject({
      source: 'PATH',
    });
  });

  it('uses no other server if the setting names one', () => {
    expect(findServer(place(everywhere, { configuredPath: '/gone/aloop-ls' }))).toMatchObject({
      found: false,
      reason: 'settingNotExecutable',
      message: 'No executable file at /gone/aloop-ls. Correct or clear the setting aloop.server.path.',
    });
  });

  it('skips relative entries of PATH, and offers the set-up if there is no server', () => {
    const nothing = findServer(place(['bin/aloop-ls', 'aloop-ls'], { searchPath: 'bin::.' }));
    expect(nothing).toMatchObject({
      found: false,
      reason: 'notInstalled',
      steps: [{ title: 'Set Up' }, { title: 'Set Path…' }],
    });
  });
});
