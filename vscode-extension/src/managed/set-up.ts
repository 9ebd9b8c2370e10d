// Installs the server in the extension's own environment, and shows the progress or what is missing.

import * as vscode from 'vscode';
import { selectedInterpreter } from '../interpreter';
import { showWarning } from '../messages';
import { isExecutable, run } from '../programs';
import type { Server } from '../server';
import type { SetUpArguments } from '../steps';
import { InstallationError, installEnvironment } from './environment';
import { explainInstallation, explainPython, type Installer } from './failure';
import { candidates, findPython, type Python, QUESTION_ARGUMENTS } from './python';

const QUESTION_TIMEOUT_MS = 10_000;

/** The installation that runs in this window. */
let installation: Promise<boolean> | undefined;

/** Returns whether the environment is ready; an error has been shown. */
export function setUp(server: Server, { withAgent = false }: SetUpArguments): Promise<boolean> {
  installation ??= setUpOnce(server, withAgent).finally(() => {
    installation = undefined;
  });
  return installation;
}

async function setUpOnce(server: Server, withAgent: boolean): Promise<boolean> {
  const place = {
    selected: vscode.workspace.isTrusted ? await selectedInterpreter() : undefined,
    platform: process.platform,
    searchPath: process.env.PATH ?? '',
    isExecutable,
  };
  const choice = await findPython(candidates(place), (path) =>
    run(path, QUESTION_ARGUMENTS, { cwd: server.managed.bundle, timeout: QUESTION_TIMEOUT_MS }),
  );
  if (choice.kind !== 'found') {
    const explained = explainPython(choice, installer());
    server.log.error(explained.message);
    showWarning(explained.message, explained.steps);
    return false;
  }
  try {
    await withProgress(server, choice.python, withAgent);
    return true;
  } catch (error) {
    if (error instanceof InstallationError) {
      const explained = explainInstallation(error.stage, choice.python, error.output, installer());
      showWarning(explained.message, explained.steps);
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
    await installEnvironment(server.managed, {
      python,
      withAgent,
      signal: stop.signal,
      report: (message) => progress.report({ message }),
      log: (text) => server.log.info(text),
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
