// aloop.listSessions: the running agents; choosing one switches its model.

import * as vscode from 'vscode';
import { executeOrExplain } from '../messages';
import { fileOf, withFile } from '../model-picker';
import { sessionRow } from '../pick-rows';
import type { ListSessionsResult } from '../protocol';
import type { RegisteredCommand } from './registered';

export const listSessions: RegisteredCommand = {
  id: 'aloop.listSessions',
  async run(server, given) {
    const listed = await executeOrExplain<ListSessionsResult>(server, 'aloop.listSessions', fileOf(withFile(given)));
    if (listed === undefined) {
      return;
    }
    if (listed.sessions.length === 0) {
      const start = 'Start Agent';
      if ((await vscode.window.showInformationMessage('No agent is running on this models.yaml.', start)) === start) {
        await vscode.commands.executeCommand('aloop.startAgent');
      }
      return;
    }
    const picked = await vscode.window.showQuickPick(listed.sessions.map(sessionRow), {
      title: 'Running Agents',
      placeHolder: 'Choose one to switch its model',
      matchOnDescription: true,
      matchOnDetail: true,
    });
    if (picked !== undefined) {
      await vscode.commands.executeCommand('aloop.switchModel', { ...given, session: picked.session });
    }
  },
};
