// aloop.switchModel: switches the model of the agents in this window, or of the next one.

import * as vscode from 'vscode';
import { explain } from '../messages';
import { pickModel } from '../model-picker';
import { sessionRows } from '../pick-rows';
import { type CommandArguments, type CommandResult, isSwitchable } from '../protocol';
import { toRefusal } from '../refusal';
import type { Server } from '../server';
import type { RegisteredCommand } from './registered';

export const switchModel: RegisteredCommand = {
  id: 'aloop.switchModel',
  async run(server, given) {
    const args = await pickModel(server, given, {
      title: 'Switch Model',
      placeHolder: 'Select the model for the agents in this window',
    });
    if (args !== undefined) {
      await switchTo(server, args);
    }
  },
};

async function switchTo(server: Server, args: CommandArguments): Promise<void> {
  try {
    const result = await server.execute<CommandResult>('aloop.switchModel', args);
    if (result.warnings?.length) {
      void vscode.window.showWarningMessage(result.message);
    } else {
      vscode.window.setStatusBarMessage(result.message, 5000);
    }
  } catch (error) {
    if (args.session !== undefined || toRefusal(error)?.reason !== 'ambiguousSession') {
      explain(server, 'aloop.switchModel', args, error);
      return;
    }
    const session = await askSession(server);
    if (session !== undefined) {
      await switchTo(server, { ...args, session });
    }
  }
}

async function askSession(server: Server): Promise<string | undefined> {
  const rows = sessionRows(server.models?.sessions.filter(isSwitchable) ?? []);
  const picked = await vscode.window.showQuickPick(rows, {
    title: 'Switch Model',
    placeHolder: 'Several agents are running. Select the one to switch',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.session;
}
