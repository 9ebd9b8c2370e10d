// aloop.setUpServer: installs the server in the extension's own Python environment.

import * as vscode from 'vscode';
import { setUp } from '../managed/set-up';
import { explainUnavailable } from '../messages';
import type { Server } from '../server';
import { SET_UP_DETAIL, type SetUpArguments } from '../steps';
import type { RegisteredCommand } from './registered';

export const setUpServer: RegisteredCommand<SetUpArguments> = {
  id: 'aloop.setUpServer',
  async run(server, given) {
    if (given.agreed !== true && !(await confirmSetUp(server))) {
      return;
    }
    // No program may run in the environment while it is being replaced.
    if (server.location?.source === 'managed') {
      await server.stop();
    }
    if (await setUp(server, given)) {
      await server.restart().catch(() => void explainUnavailable(server));
    }
  },
};

async function confirmSetUp(server: Server): Promise<boolean> {
  const found = server.condition.kind === 'running' ? server.location : undefined;
  if (found !== undefined && found.source !== 'managed') {
    void vscode.window.showInformationMessage(`The aloop server is already running: ${found.path}`);
    return false;
  }
  const [question, yes] =
    found === undefined
      ? ['Set up the aloop language server?', 'Set Up']
      : ['Reinstall the aloop language server?', 'Reinstall'];
  return (await vscode.window.showInformationMessage(question, { modal: true, detail: SET_UP_DETAIL }, yes)) === yes;
}
