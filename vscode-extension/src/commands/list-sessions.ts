// aloop.listSessions: lists the running agents; selecting one switches its model.

import * as vscode from 'vscode';
import { executeOrExplain } from '../messages';
import { addActiveFile, fileOf } from '../model-picker';
import type { ListSessionsResult } from '../protocol';
import { pickSession } from '../session-picker';
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
    const session = await pickSession(listed.sessions, {
      title: 'Running Agents',
      placeHolder: 'Select an agent to switch its model',
      offersAll: false,
    });
    if (session !== undefined) {
      await vscode.commands.executeCommand('aloop.switchModel', { ...given, session });
    }
  },
};
