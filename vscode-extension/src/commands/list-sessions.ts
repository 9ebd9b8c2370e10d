// aloop.listSessions: lists the running agents; selecting one switches its model.

import * as vscode from 'vscode';
import { executeOrExplain } from '../messages';
import { addActiveFile, fileOf } from '../model-picker';
import { sessionRow } from '../pick-rows';
import type { ListSessionsResult } from '../protocol';
import type { RegisteredCommand } from './registered';

export const listSessions: RegisteredCommand = {
  id: 'aloop.listSessions',
  async run(server, given) {
    const listed = await executeOrExplain<ListSessionsResult>(
      server,
      'aloop.listSessions',
      fileOf(addActiveFile(given)),
    );
    if (listed === undefined) {
      return;
    }
    if (listed.sessions.length === 0) {
      const start = 'Start Agent';
      if ((await vscode.window.showInformationMessage('No running agent uses this models.yaml.', start)) === start) {
        await vscode.commands.executeCommand('aloop.startAgent');
      }
      return;
    }
    const picked = await vscode.window.showQuickPick(listed.sessions.map(sessionRow), {
      title: 'Running Agents',
      placeHolder: 'Select an agent to switch its model',
      matchOnDescription: true,
      matchOnDetail: true,
    });
    if (picked !== undefined) {
      await vscode.commands.executeCommand('aloop.switchModel', { ...given, session: picked.session });
    }
  },
};
