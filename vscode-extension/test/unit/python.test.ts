// The search for a Python that can create the environment, and the messages if there is none.

import { describe, expect, it } from 'vitest';
import { explainCrashes, explainInstallation, explainPython } from '../../src/managed/failure';
import { candidates, findPython, type Python, parseAnswer } from '../../src/managed/python';

const said = (stdout: string, code: number | null = 0) => ({ code, stdout, stderr: '' });
const ANSWERS: Record<string, ReturnType<typeof said>> = {
  '/new': said('aloop-python 3 12 True\n'),
  '/bare': said('aloop-python 3 11 False\n'),
  '/old': said('aloop-python 3 8 True\n'),
  '/two': said('aloop-python 2 7 True\n'),
  '/shim': said('pyenv: python3: command not found\n', 127),
  '/gone': said('', null),
};
const choose = (...paths: string[]) => findPython(paths, async (path) => ANSWERS[path] ?? said('', null));

describe('findPython', () => {
  it.each([
    [['/new', '/old'], { kind: 'found', python: { path: '/new', version: [3, 12] } }],
    [['/shim', '/two', '/bare', '/old', '/new'], { kind: 'found', python: { path: '/new' } }],
    [['/old', '/bare'], { kind: 'noVenv', python: { path: '/bare' } }],
    [['/two', '/old'], { kind: 'tooOld', python: { path: '/two' } }],
    [['/shim', '/gone'], { kind: 'noPython' }],
    [[], { kind: 'noPython' }],
  ])('of %j', async (paths, expected) => {
    expect(await choose(...paths)).toMatchObject(expected);
  });

  it('accepts no other program', () => {
    expect(parseAnswer('/x', said('Python 3.12.0\n'))).toBeUndefined();
    expect(parseAnswer('/x', said('aloop-python 3 12 True\n', 1))).toBeUndefined();
  });
});

describe('candidates', () => {
  const there =
    (...files: string[]) =>
    (file: string) =>
      files.includes(file);

  it('are the selected interpreter, then python3 and python on PATH, then versioned names', () => {
    const files = ['/a/python3.12', '/b/python3', '/a/python', '/b/python'];
    expect(
      candidates({
        selected: '/venv/bin/python',
        platform: 'linux',
        searchPath: '/a:/b:relative',
        isExecutable: there(...files),
      }),
    ).toEqual(['/venv/bin/python', '/b/python3', '/a/python', '/b/python', '/a/python3.12']);
  });

  it('end in .exe on Windows', () => {
    expect(
      candidates({
        selected: undefined,
        platform: 'win32',
        searchPath: 'C:\\Python',
        isExecutable: there('C:\\Python\\python.exe'),
      }),
    ).toEqual(['C:\\Python\\python.exe']);
  });
});

describe('messages', () => {
  const python: Python = { path: '/usr/bin/python3', version: [3, 11], canCreateEnvironments: false };
  const debian =
    'The virtual environment was not created successfully because ensurepip is not\navailable. ' +
    'On Debian/Ubuntu systems, you need to install the python3-venv\npackage';

  it.each([
    [
      explainPython({ kind: 'noPython' }, 'apt'),
      /^Python not found on PATH\. Install Python 3\.10 or later, then try again\.$/,
      'sudo apt install python3 python3-venv',
    ],
    [explainPython({ kind: 'noPython' }, 'winget'), /Python 3\.10 or later/, 'winget install Python.Python.3.13'],
    [
      explainPython({ kind: 'tooOld', python: { ...python, version: [3, 8] } }, 'brew'),
      /^Python 3\.8 \(\/usr\/bin\/python3\) is too old\. Install Python 3\.10 or later, then try again\.$/,
      'brew install python',
    ],
    [explainPython({ kind: 'noVenv', python }, 'apt'), /module venv is missing/, 'sudo apt install python3-venv'],
    [
      explainPython({ kind: 'noVenv', python: { ...python, path: '/usr/bin/python3.12', version: [3, 12] } }, 'apt'),
      /venv/,
      'sudo apt install python3.12-venv',
    ],
    [explainInstallation('venv', python, debian, 'apt'), /module venv is missing/, 'sudo apt install python3-venv'],
    [explainPython({ kind: 'noPython' }, null), /then try again/, undefined],
    [
      explainInstallation('pip', python, 'Could not fetch: Failed to establish a new connection', 'apt'),
      /cannot reach PyPI/,
      undefined,
    ],
    [
      explainInstallation('pip', python, 'ERROR: No matching distribution', 'apt'),
      /See the log for details\.$/,
      undefined,
    ],
    [
      explainInstallation('venv', python, 'OSError: [Errno 28] No space left on device', null),
      /disk is full/,
      undefined,
    ],
    [explainInstallation('check', python, '', null), /does not start/, undefined],
  ])('%o', ({ message, steps }, expected, typed) => {
    expect(message).toMatch(expected);
    expect(steps.flatMap((step) => ('typed' in step ? [step.typed] : []))[0]).toBe(typed);
    expect(steps.length).toBeGreaterThan(0);
    expect(steps.length).toBeLessThanOrEqual(3);
  });

  it('offers to reinstall only what the extension installed', () => {
    const titles = (isManaged: boolean) => explainCrashes(4, isManaged).steps.map((step) => step.title);
    expect(titles(true)).toContain('Reinstall');
    expect(titles(false)).toEqual(['Restart Server', 'Show Log']);
  });
});
