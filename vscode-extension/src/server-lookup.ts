// Where the language server is: the setting, the chosen interpreter, the workspace's .venv, PATH, else the extension's
// own.

import * as path from 'node:path';
import type { Step } from './steps';
import { SET_PATH, SET_UP } from './steps';

export interface LookupPlace {
  readonly configuredPath: string;
  /** The Python that the person chose for this window. */
  readonly interpreter: string | undefined;
  readonly workspaceFolders: readonly string[];
  readonly isTrusted: boolean;
  /** The server that the extension has set up itself. */
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

/** A setting that names nothing is reported, never passed over for another server. */
export function findServer(place: LookupPlace): FoundServer | MissingServer {
  if (place.configuredPath.trim() !== '') {
    const configured = expand(place.configuredPath.trim(), place);
    return place.isExecutable(configured)
      ? { found: true, path: configured, source: 'setting' }
      : {
          found: false,
          reason: 'settingNotExecutable',
          message:
            `There is no program at ${configured}, which the setting aloop.server.path names. ` +
            `Correct the path or clear the setting.`,
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
      'The aloop language server is not on this machine yet. Set it up? ' +
      'It gets a Python environment of its own inside the extension’s storage ' +
      '(about 40 MB; packages come from PyPI).',
    steps: [SET_UP, SET_PATH],
  };
}

function candidatesOf(place: LookupPlace): readonly (readonly [Source, readonly string[]])[] {
  const system = systemOf(place.platform);
  const executable = executableName('aloop-ls', place.platform);
  const scripts = place.platform === 'win32' ? 'Scripts' : 'bin';
  // A folder that is not trusted must not choose which program runs, also where PATH leads into it.
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

/** The folders of PATH; relative ones would depend on where a program was started. */
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

/** Whether a folder is another one, or lies in it. */
export function isInside(folder: string, parent: string, system: path.PlatformPath = path): boolean {
  const way = system.relative(parent, folder);
  return way === '' || (!way.startsWith('..') && !system.isAbsolute(way));
}

function expand(configured: string, place: LookupPlace): string {
  const home = configured.replace(/^~(?=$|[\\/])/, () => place.home);
  return home.replace(/\$\{workspaceFolder\}/g, () => place.workspaceFolders[0] ?? '');
}
