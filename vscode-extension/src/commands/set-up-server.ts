// aloop.setUpServer: the server in a Python environment of the extension's own, for machines that have none.

import * as vscode from 'vscode';
import { setUp } from '../managed/set-up';
import { explainUnavailable } from '../messages';
import type { Server } from '../server';
import type { SetUpArguments } from '../steps';
import type { RegisteredCommand } from './registered';

export const setUpServer: RegisteredCommand<SetUpArguments> = {
  id: 'aloop.setUpServer',
  async run(server, given) {
    if (given.agreed !== true && !(await isWanted(server))) {
      return;
    }
    // Nothing may run in the environment while it is made anew.
    if (server.location?.source === 'managed') {
      await server.stop();
    }
    if (await setUp(server, given)) {
      await server.restart().catch(() => void explainUnavailable(server));
    }
  },
};

async function isWanted(server: Server): Promise<boolean> {
  const found = server.condition.kind === 'running' ? server.location : undefined;
  if (found !== undefined && found.source !== 'managed') {
    void vscode.window.showInformationMessage(`The server runs already: ${found.path}. There is nothing to set up.`);
    return false;
  }
  const [question, yes] =
    found === undefined
      ? ['Set up the aloop language server?', 'Set Up']
      : ['Install the aloop language server again?', 'Reinstall'];
  const detail =
    'It gets a Python environment of its own inside the extension’s storage (about 40 MB). ' +
    'The packages it needs come from PyPI.';
  return (await vscode.window.showInformationMessage(question, { modal: true, detail }, yes)) === yes;
}
