// Finds the language server: the setting, the selected interpreter, the workspace's .venv, PATH, the extension's own.

import * as path from 'node:path';
import type { Step } from './steps';
import { SET_PATH, SET_UP } from './steps';

export interface LookupPlace {
  readonly configuredPath: string;
  /** The Python interpreter selected in this window. */
  readonly interpreter: string | undefined;
  readonly workspaceFolders: readonly string[];
  readonly isTrusted: boolean;
  /** The server that the extension has installed. */
  readonly managed: string | undefined;
  readonly platform: NodeJS.Platform;
  readonly searchPath: string;
  readonly home: string;
  readonly isExecutable: (file: string) => boolean;
}

export type Source = 'setting' | 'interpreter' | 'workspace' | 'PATH' | 'managed';

export interface FoundServer {
  readonly found: true;
  readonly path: string;
  readonly source: Source;
}

export interface MissingServer {
  readonly found: false;
  readonly reason: 'settingNotExecutable' | 'notInstalled';
  readonly message: string;
  readonly steps: readonly Step[];
}

/** Finds the server. A setting that names no program is an error: no other server is used instead. */
export function findServer(place: LookupPlace): FoundServer | MissingServer {
  if (place.configuredPath.trim() !== '') {
    const configured = expand(place.configuredPath.trim(), place);
    return place.isExecutable(configured)
      ? { found: true, path: configured, source: 'setting' }
      : {
          found: false,
          reason: 'settingNotExecutable',
          message: `No executable file at ${configured}. Correct or clear the setting aloop.server.path.`,
          steps: [SET_PATH],
        };
  }
  for (const [source, candidates] of candidatesOf(place)) {
    const found = candidates.find(place.isExecutable);
    if (found !== undefined) {
      return { found: true, path: found, source };
    }
  }
  return {
    found: false,
    reason: 'notInstalled',
    message:
      'The aloop language server is not installed. Set it up? ' +
      'This creates a Python environment in the extension’s storage (about 40 MB) and downloads packages from PyPI.',
    steps: [SET_UP, SET_PATH],
  };
}

function candidatesOf(place: LookupPlace): readonly (readonly [Source, readonly string[]])[] {
  const system = systemOf(place.platform);
  const executable = executableName('aloop-ls', place.platform);
  const scripts = place.platform === 'win32' ? 'Scripts' : 'bin';
  // An untrusted folder must not decide which program runs, not even if it is on PATH.
  const folders = place.isTrusted ? place.workspaceFolders : [];
  const interpreter = place.isTrusted && place.interpreter !== undefined ? [system.dirname(place.interpreter)] : [];
  const searched = pathFolders(place).filter(
    (folder) => place.isTrusted || !place.workspaceFolders.some((parent) => isInside(folder, parent, system)),
  );
  return [
    [
      'interpreter',
      interpreter.flatMap((folder) => [system.join(folder, executable), system.join(folder, scripts, executable)]),
    ],
    ['workspace', folders.map((folder) => system.join(folder, '.venv', scripts, executable))],
    ['PATH', searched.map((folder) => system.join(folder, executable))],
    ['managed', place.managed === undefined ? [] : [place.managed]],
  ];
}

/** The absolute folders of PATH; relative ones depend on the current folder. */
export function pathFolders(place: { readonly platform: NodeJS.Platform; readonly searchPath: string }): string[] {
  const system = systemOf(place.platform);
  return place.searchPath.split(system.delimiter).filter((folder) => system.isAbsolute(folder));
}

export function executableName(name: string, platform: NodeJS.Platform): string {
  return platform === 'win32' ? `${name}.exe` : name;
}

function systemOf(platform: NodeJS.Platform): path.PlatformPath {
  return platform === 'win32' ? path.win32 : path.posix;
}

/** Whether `folder` is `parent` or inside it. */
export function isInside(folder: string, parent: string, system: path.PlatformPath = path): boolean {
  const relative = system.relative(parent, folder);
  return relative === '' || (!relative.startsWith('..') && !system.isAbsolute(relative));
}

function expand(configured: string, place: LookupPlace): string {
  const home = configured.replace(/^~(?=$|[\\/])/, () => place.home);
  return home.replace(/\$\{workspaceFolder\}/g, () => place.workspaceFolders[0] ?? '');
}
