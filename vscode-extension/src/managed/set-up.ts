// Sets the server up in the extension's own environment: asks, shows the progress, says what is missing.

import * as vscode from 'vscode';
import { chosenInterpreter } from '../interpreter';
import { warn } from '../messages';
import { isExecutable, run } from '../programs';
import type { Server } from '../server';
import type { SetUpArguments } from '../steps';
import { InstallationFailed, makeEnvironment } from './environment';
import { explainInstallation, explainPython, type Installer } from './failure';
import { candidates, choosePython, type Python, QUESTION_ARGUMENTS } from './python';

const QUESTION_TIMEOUT_MS = 10_000;

/** The environment that is being made in this window. */
let making: Promise<boolean> | undefined;

/** True once the environment is there; what went wrong has been said. */
export function setUp(server: Server, { withAgent = false }: SetUpArguments): Promise<boolean> {
  making ??= setUpOnce(server, withAgent).finally(() => {
    making = undefined;
  });
  return making;
}

async function setUpOnce(server: Server, withAgent: boolean): Promise<boolean> {
  const place = {
    chosen: vscode.workspace.isTrusted ? await chosenInterpreter() : undefined,
    platform: process.platform,
    searchPath: process.env.PATH ?? '',
    isExecutable,
  };
  const choice = await choosePython(candidates(place), (path) =>
    run(path, QUESTION_ARGUMENTS, { cwd: server.managed.bundle, timeout: QUESTION_TIMEOUT_MS }),
  );
  if (choice.kind !== 'found') {
    const why = explainPython(choice, installer());
    server.log.appendLine(why.message);
    warn(why.message, why.steps);
    return false;
  }
  try {
    await withProgress(server, choice.python, withAgent);
    return true;
  } catch (error) {
    if (error instanceof InstallationFailed) {
      const why = explainInstallation(error.stage, choice.python, error.output, installer());
      warn(why.message, why.steps);
    } else if (!(error instanceof Error && error.name === 'AbortError')) {
      throw error;
    }
    return false;
  }
}

function withProgress(server: Server, python: Python, withAgent: boolean): Thenable<void> {
  const options = { location: vscode.ProgressLocation.Notification, title: 'aloop', cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const stop = new AbortController();
    token.onCancellationRequested(() => stop.abort());
    await makeEnvironment(server.managed, {
      python,
      withAgent,
      signal: stop.signal,
      report: (message) => progress.report({ message }),
      log: (text) => server.log.appendLine(text),
    });
  });
}

function installer(): Installer {
  switch (process.platform) {
    case 'darwin':
      return 'brew';
    case 'win32':
      return 'winget';
    default:
      return isExecutable('/usr/bin/apt') ? 'apt' : isExecutable('/usr/bin/dnf') ? 'dnf' : null;
  }
}
