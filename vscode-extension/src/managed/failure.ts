// Why the extension's own environment could not be made, with the next step.

import { RESTART, SET_PATH, SHOW_LOG, type Step } from '../steps';
import { type Choice, OLDEST, type Python } from './python';

/** What this machine installs programs with. */
export type Installer = 'apt' | 'dnf' | 'brew' | 'winget' | null;

export interface Explained {
  readonly message: string;
  readonly steps: readonly Step[];
}

const SET_UP_AGAIN: Step = { title: 'Try Again', command: 'aloop.setUpServer', arguments: { agreed: true } };

/** No Python that will do. */
export function explainPython(choice: Exclude<Choice, { kind: 'found' }>, installer: Installer): Explained {
  switch (choice.kind) {
    case 'noPython':
      return needsPython(`The server needs Python ${OLDEST.join('.')} or newer, and there is none on PATH.`, installer);
    case 'tooOld':
      return needsPython(
        `The server needs Python ${OLDEST.join('.')} or newer; ` +
          `${choice.python.path} is ${choice.python.version.join('.')}.`,
        installer,
      );
    case 'noVenv':
      return explainNoVenv(choice.python, installer);
  }
}

export function explainNoVenv(python: Python, installer: Installer): Explained {
  const name = python.path === '/usr/bin/python3' ? 'python3-venv' : `python${python.version.join('.')}-venv`;
  const install = installer === 'apt' ? [typed(`sudo apt install ${name}`)] : [];
  const how = install.length > 0 ? `Install ${name}, then try again.` : 'Install a complete Python, then try again.';
  return {
    message: `${python.path} cannot make environments: its module venv is missing. ${how}`,
    steps: [...install, SET_UP_AGAIN, SET_PATH],
  };
}

/** `venv` or pip ended badly; their own words are in the log. */
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
      message: 'pip could not reach PyPI. Look at the connection (a proxy: set HTTPS_PROXY), then try again.',
      steps,
    };
  }
  const what = {
    venv: `${python.path} could not make an environment.`,
    pip: 'pip could not install the server.',
    check: 'The server was installed, but does not start.',
  };
  return { message: `${what[stage]} The log tells why.`, steps };
}

/** The server ended again and again. */
export function explainCrashes(times: number, isManaged: boolean): Explained {
  const again: Step[] = isManaged
    ? [{ title: 'Reinstall', command: 'aloop.setUpServer', arguments: { agreed: true } }]
    : [];
  return {
    message: `The aloop server stopped ${times} times within three minutes. The log tells why.`,
    steps: [RESTART, ...again, SHOW_LOG],
  };
}

function needsPython(message: string, installer: Installer): Explained {
  const lines = {
    apt: 'sudo apt install python3 python3-venv',
    dnf: 'sudo dnf install python3',
    brew: 'brew install python',
    winget: 'winget install Python.Python.3.13',
  };
  const steps = installer === null ? [] : [typed(lines[installer])];
  return { message: `${message} Install it, then try again.`, steps: [...steps, SET_UP_AGAIN, SET_PATH] };
}

function typed(line: string): Step {
  return { title: 'Install in Terminal', typed: line };
}
