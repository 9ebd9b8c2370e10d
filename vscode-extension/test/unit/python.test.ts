// Which Python the environment is made from, and what is said where there is none that will do.

import { describe, expect, it } from 'vitest';
import { explainCrashes, explainInstallation, explainPython } from '../../src/managed/failure';
import { candidates, choosePython, type Python, understood } from '../../src/managed/python';

const said = (stdout: string, code: number | null = 0) => ({ code, stdout, stderr: '' });
const ANSWERS: Record<string, ReturnType<typeof said>> = {
  '/new': said('aloop-python 3 12 True\n'),
  '/bare': said('aloop-python 3 11 False\n'),
  '/old': said('aloop-python 3 8 True\n'),
  '/two': said('aloop-python 2 7 True\n'),
  '/shim': said('pyenv: python3: command not found\n', 127),
  '/gone': said('', null),
};
const choose = (...paths: string[]) => choosePython(paths, async (path) => ANSWERS[path] ?? said('', null));

describe('choosePython', () => {
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

  it('takes nothing else for a Python', () => {
    expect(understood('/x', said('Python 3.12.0\n'))).toBeUndefined();
    expect(understood('/x', said('aloop-python 3 12 True\n', 1))).toBeUndefined();
  });
});

describe('candidates', () => {
  const there =
    (...files: string[]) =>
    (file: string) =>
      files.includes(file);

  it('are the chosen one, then python3 and python by PATH, then the newer names', () => {
    const files = ['/a/python3.12', '/b/python3', '/a/python', '/b/python'];
    expect(
      candidates({
        chosen: '/venv/bin/python',
        platform: 'linux',
        searchPath: '/a:/b:relative',
        isExecutable: there(...files),
      }),
    ).toEqual(['/venv/bin/python', '/b/python3', '/a/python', '/b/python', '/a/python3.12']);
  });

  it('end in .exe on Windows', () => {
    expect(
      candidates({
        chosen: undefined,
        platform: 'win32',
        searchPath: 'C:\\Python',
        isExecutable: there('C:\\Python\\python.exe'),
      }),
    ).toEqual(['C:\\Python\\python.exe']);
  });
});

describe('what is said', () => {
  const python: Python = { path: '/usr/bin/python3', version: [3, 11], canMakeEnvironments: false };
  const debian =
    'The virtual environment was not created successfully because ensurepip is not\navailable. ' +
    'On Debian/Ubuntu systems, you need to install the python3-venv\npackage';

  it.each([
    [explainPython({ kind: 'noPython' }, 'apt'), /there is none on PATH/, 'sudo apt install python3 python3-venv'],
    [explainPython({ kind: 'noPython' }, 'winget'), /Python 3\.10 or newer/, 'winget install Python.Python.3.13'],
    [
      explainPython({ kind: 'tooOld', python: { ...python, version: [3, 8] } }, 'brew'),
      /\/usr\/bin\/python3 is 3\.8/,
      'brew install python',
    ],
    [explainPython({ kind: 'noVenv', python }, 'apt'), /module venv is missing/, 'sudo apt install python3-venv'],
    [
      explainPython({ kind: 'noVenv', python: { ...python, path: '/usr/bin/python3.12', version: [3, 12] } }, 'apt'),
      /venv/,
      'sudo apt install python3.12-venv',
    ],
    [explainInstallation('venv', python, debian, 'apt'), /module venv is missing/, 'sudo apt install python3-venv'],
    [explainPython({ kind: 'noPython' }, null), /Install it, then try again/, undefined],
    [
      explainInstallation('pip', python, 'Could not fetch: Failed to establish a new connection', 'apt'),
      /could not reach PyPI/,
      undefined,
    ],
    [explainInstallation('pip', python, 'ERROR: No matching distribution', 'apt'), /The log tells why/, undefined],
    [
      explainInstallation('venv', python, 'OSError: [Errno 28] No space left on device', null),
      /disk is full/,
      undefined,
    ],
    [explainInstallation('check', python, '', null), /does not start/, undefined],
  ])('%o', ({ message, steps }, told, typed) => {
    expect(message).toMatch(told);
    expect(steps.flatMap((step) => ('typed' in step ? [step.typed] : []))[0]).toBe(typed);
    expect(steps.length).toBeGreaterThan(0);
    expect(steps.length).toBeLessThanOrEqual(3);
  });

  it('offers a new installation only of what the extension installed', () => {
    const titles = (isManaged: boolean) => explainCrashes(4, isManaged).steps.map((step) => step.title);
    expect(titles(true)).toContain('Reinstall');
    expect(titles(false)).toEqual(['Restart Server', 'Show Log']);
  });
});
