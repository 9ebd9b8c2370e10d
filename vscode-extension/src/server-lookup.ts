// Where the language server is: the setting, else the workspace's virtual environment, else PATH.

import * as path from 'node:path';

export interface LookupPlace {
  readonly configuredPath: string;
  readonly workspaceFolders: readonly string[];
  readonly isTrusted: boolean;
  readonly platform: NodeJS.Platform;
  readonly searchPath: string;
  readonly home: string;
  readonly isExecutable: (file: string) => boolean;
}

export type ServerLocation =
  | { readonly found: true; readonly path: string; readonly source: 'setting' | 'workspace' | 'PATH' }
  | { readonly found: false; readonly reason: 'settingNotExecutable' | 'notInstalled'; readonly message: string };

/** A setting that names nothing is reported, never passed over for another server. */
export function findServer(place: LookupPlace): ServerLocation {
  const system = place.platform === 'win32' ? path.win32 : path.posix;
  if (place.configuredPath.trim() !== '') {
    const configured = expand(place.configuredPath.trim(), place);
    return place.isExecutable(configured)
      ? { found: true, path: configured, source: 'setting' }
      : {
          found: false,
          reason: 'settingNotExecutable',
          message: `There is no program at ${configured}, which the setting aloop.server.path names. Correct the path or clear the setting.`,
        };
  }
  const executable = place.platform === 'win32' ? 'aloop-ls.exe' : 'aloop-ls';
  const scripts = place.platform === 'win32' ? 'Scripts' : 'bin';
  // A folder that is not trusted must not choose which program runs.
  const folders = place.isTrusted ? place.workspaceFolders : [];
  const inWorkspace = folders.map((folder) => system.join(folder, '.venv', scripts, executable)).find(place.isExecutable);
  if (inWorkspace !== undefined) {
    return { found: true, path: inWorkspace, source: 'workspace' };
  }
  const onPath = place.searchPath
    .split(system.delimiter)
    .filter((folder) => system.isAbsolute(folder))
    .map((folder) => system.join(folder, executable))
    .find(place.isExecutable);
  if (onPath !== undefined) {
    return { found: true, path: onPath, source: 'PATH' };
  }
  return {
    found: false,
    reason: 'notInstalled',
    message: 'The aloop language server is not installed. Run “pip install aloop-models” in the workspace’s .venv, or set aloop.server.path to an aloop-ls.',
  };
}

function expand(configured: string, place: LookupPlace): string {
  const home = configured.replace(/^~(?=$|[\\/])/, () => place.home);
  return home.replace(/\$\{workspaceFolder\}/g, () => place.workspaceFolders[0] ?? '');
}
