// Finds a Python that can create the extension's own environment.

import type { RunResult } from '../programs';
import { executableName, pathFolders } from '../server-lookup';

export const MINIMUM_VERSION = [3, 10] as const;

export interface Python {
  readonly path: string;
  readonly version: readonly [number, number];
  /** Whether it can create virtual environments: Debian has a separate package for that. */
  readonly canCreateEnvironments: boolean;
}

export interface PythonPlace {
  readonly selected: string | undefined;
  readonly platform: NodeJS.Platform;
  readonly searchPath: string;
  readonly isExecutable: (file: string) => boolean;
}

const QUESTION = [
  'import importlib.util as u, sys',
  'print("aloop-python", sys.version_info[0], sys.version_info[1], all(map(u.find_spec, ("venv", "ensurepip"))))',
].join('; ');

export const QUESTION_ARGUMENTS = ['-I', '-c', QUESTION];

/** Programs that may be a Python: the selected interpreter first, then PATH by name. */
export function candidates(place: PythonPlace): string[] {
  const names = ['python3', 'python', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];
  const found = names.flatMap((name) =>
    pathFolders(place)
      .map(
        (folder) => (place.platform === 'win32' ? `${folder}\\` : `${folder}/`) + executableName(name, place.platform),
      )
      .filter(place.isExecutable),
  );
  return [...new Set([...(place.selected === undefined ? [] : [place.selected]), ...found])];
}

/** Parses the answer to `QUESTION`; undefined for a program that is not a Python, such as the stub of Windows Store. */
export function parseAnswer(path: string, result: RunResult): Python | undefined {
  const answer = /^aloop-python (\d+) (\d+) (True|False)\s*$/m.exec(result.stdout);
  if (result.code !== 0 || answer === null) {
    return undefined;
  }
  return { path, version: [Number(answer[1]), Number(answer[2])], canCreateEnvironments: answer[3] === 'True' };
}

export type PythonSearch =
  | { readonly kind: 'found'; readonly python: Python }
  | { readonly kind: 'noPython' }
  | { readonly kind: 'tooOld'; readonly python: Python }
  | { readonly kind: 'noVenv'; readonly python: Python };

/** The first suitable Python, or the reason why there is none. */
export async function findPython(
  paths: readonly string[],
  ask: (path: string) => Promise<RunResult>,
): Promise<PythonSearch> {
  let tooOld: Python | undefined;
  let noVenv: Python | undefined;
  for (const path of paths) {
    const python = parseAnswer(path, await ask(path));
    if (python === undefined) {
      continue;
    }
    if (!isNewEnough(python)) {
      tooOld ??= python;
    } else if (python.canCreateEnvironments) {
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
  return major > MINIMUM_VERSION[0] || (major === MINIMUM_VERSION[0] && minor >= MINIMUM_VERSION[1]);
}
