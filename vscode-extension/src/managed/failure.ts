// Messages for a failed installation of the extension's own environment, with the next steps.

import { RESTART, SET_PATH, SHOW_LOG, type Step } from '../steps';
import { MINIMUM_VERSION, type Python, type PythonSearch } from './python';

/** The package manager of this machine. */
export type Installer = 'apt' | 'dnf' | 'brew' | 'winget' | null;

export interface Explained {
  readonly message: string;
  readonly steps: readonly Step[];
}

const SET_UP_AGAIN: Step = { title: 'Try Again', command: 'aloop.setUpServer', arguments: { agreed: true } };

/** Why no Python on this machine can create the environment. */
export function explainPython(choice: Exclude<PythonSearch, { kind: 'found' }>, installer: Installer): Explained {
  switch (choice.kind) {
    case 'noPython':
      return explainMissingPython('Python not found on PATH.', installer);
    case 'tooOld':
      return explainMissingPython(
        `Python ${choice.python.version.join('.')} (${choice.python.path}) is too old.`,
        installer,
      );
    case 'noVenv':
      return explainNoVenv(choice.python, installer);
  }
}

export function explainNoVenv(python: Python, installer: Installer): Explained {
  const name = python.path === '/usr/bin/python3' ? 'python3-venv' : `python${python.version.join('.')}-venv`;
  const install = installer === 'apt' ? [typed(`sudo apt install ${name}`)] : [];
  const how = install.length > 0 ? `Install ${name}, then try again.` : 'Install a Python with venv, then try again.';
  return {
    message: `${python.path} cannot create virtual environments: the module venv is missing. ${how}`,
    steps: [...install, SET_UP_AGAIN, SET_PATH],
  };
}

/** Why `venv` or pip failed; their output is in the log. */
export function explainInstallation(
  stage: 'venv' | 'pip' | 'check',
  python: Python,
  output: string,
  installer: Installer,
): Explained {
  if (stage === 'venv' && /ensurepip is not\s+available|No module named '?(ensurepip|venv)/.test(output)) {
    return explainNoVenv(python, installer);
  }
  const steps = [SET_UP_AGAIN, SHOW_LOG];
  if (/No space left on device|ENOSPC/i.test(output)) {
    return { message: 'The disk is full. Free about 100 MB, then try again.', steps };
  }
  if (stage === 'pip' && /connection|resolve|timed out|proxy|network|SSL|CERTIFICATE/i.test(output)) {
    return {
      message: 'pip cannot reach PyPI. Check the network connection (behind a proxy, set HTTPS_PROXY), then try again.',
      steps,
    };
  }
  const what = {
    venv: `${python.path} could not create a virtual environment.`,
    pip: 'pip could not install the server.',
    check: 'The server is installed but does not start.',
  };
  return { message: `${what[stage]} See the log for details.`, steps };
}

/** The server crashed too often to be started again. */
export function explainCrashes(times: number, isManaged: boolean): Explained {
  const again: Step[] = isManaged
    ? [{ title: 'Reinstall', command: 'aloop.setUpServer', arguments: { agreed: true } }]
    : [];
  return {
    message: `The aloop server crashed ${times} times in the last 3 minutes. See the log for details.`,
    steps: [RESTART, ...again, SHOW_LOG],
  };
}

function explainMissingPython(problem: string, installer: Installer): Explained {
  const lines = {
    apt: 'sudo apt install python3 python3-venv',
    dnf: 'sudo dnf install python3',
    brew: 'brew install python',
    winget: 'winget install Python.Python.3.13',
  };
  const steps = installer === null ? [] : [typed(lines[installer])];
  return {
    message: `${problem} Install Python ${MINIMUM_VERSION.join('.')} or later, then try again.`,
    steps: [...steps, SET_UP_AGAIN, SET_PATH],
  };
}

function typed(line: string): Step {
  return { title: 'Install in Terminal', typed: line };
}
