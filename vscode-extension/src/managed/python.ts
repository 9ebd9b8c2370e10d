// Finds a Python from which the extension's own environment can be made.

import type { Ended } from '../programs';
import { executableName, pathFolders } from '../server-lookup';

export const OLDEST = [3, 10] as const;

export interface Python {
  readonly path: string;
  readonly version: readonly [number, number];
  /** Whether it can make environments; Debian takes that part out into a package of its own. */
  readonly canMakeEnvironments: boolean;
}

export interface PythonPlace {
  readonly chosen: string | undefined;
  readonly platform: NodeJS.Platform;
  readonly searchPath: string;
  readonly isExecutable: (file: string) => boolean;
}

const QUESTION = [
  'import importlib.util as u, sys',
  'print("aloop-python", sys.version_info[0], sys.version_info[1], all(map(u.find_spec, ("venv", "ensurepip"))))',
].join('; ');

export const QUESTION_ARGUMENTS = ['-I', '-c', QUESTION];

/** All that may be a Python, the chosen one first, then by PATH; newer names come in only where python3 is none. */
export function candidates(place: PythonPlace): string[] {
  const names = ['python3', 'python', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];
  const found = names.flatMap((name) =>
    pathFolders(place)
      .map(
        (folder) => (place.platform === 'win32' ? `${folder}\\` : `${folder}/`) + executableName(name, place.platform),
      )
      .filter(place.isExecutable),
  );
  return [...new Set([...(place.chosen === undefined ? [] : [place.chosen]), ...found])];
}

/**
 * What a program said to the question; undefined where it is no Python (a shim of a missing one, the Windows Store's
 * stub).
 */
export function understood(path: string, ended: Ended): Python | undefined {
  const answer = /^aloop-python (\d+) (\d+) (True|False)\s*$/m.exec(ended.stdout);
  if (ended.code !== 0 || answer === null) {
    return undefined;
  }
  return { path, version: [Number(answer[1]), Number(answer[2])], canMakeEnvironments: answer[3] === 'True' };
}

export type Choice =
  | { readonly kind: 'found'; readonly python: Python }
  | { readonly kind: 'noPython' }
  | { readonly kind: 'tooOld'; readonly python: Python }
  | { readonly kind: 'noVenv'; readonly python: Python };

/** The first that will do; else why none does, told of the nearest to doing. */
export async function choosePython(paths: readonly string[], ask: (path: string) => Promise<Ended>): Promise<Choice> {
  let tooOld: Python | undefined;
  let noVenv: Python | undefined;
  for (const path of paths) {
    const python = understood(path, await ask(path));
    if (python === undefined) {
      continue;
    }
    if (!isNewEnough(python)) {
      tooOld ??= python;
    } else if (python.canMakeEnvironments) {
      return { kind: 'found', python };
    } else {
      noVenv ??= python;
    }
  }
  if (noVenv !== undefined) {
    return { kind: 'noVenv', python: noVenv };
  }
  return tooOld === undefined ? { kind: 'noPython' } : { kind: 'tooOld', python: tooOld };
}

function isNewEnough({ version: [major, minor] }: Python): boolean {
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}
