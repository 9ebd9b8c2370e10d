// aloop.switchModel: switches the model of the agents in this window, or of the next one.

import * as vscode from 'vscode';
import { agentTerminals } from '../agent/agent-terminals';
import { executeOrExplain, executeWithUndo, explain, showResult } from '../messages';
import { ADD_ROW, fileOf, MANAGE_ROW, type PickedModel, pickModelRow } from '../model-picker';
import { type CommandArguments, isSwitchable, type ListModelsResult, type SwitchResult } from '../protocol';
import { recentModels } from '../recent-models';
import { toRefusal } from '../refusal';
import type { Server } from '../server';
import { pickSession } from '../session-picker';
import type { RegisteredCommand } from './registered';

export const switchModel: RegisteredCommand = {
  id: 'aloop.switchModel',
  async run(server, given) {
    const picked = await pickModelRow(server, given, {
      title: 'Switch Model',
      placeHolder: 'Select the model for the agents in this window',
      actions: ['setDefault', 'setKey', 'openEntry'],
      commands: [ADD_ROW, MANAGE_ROW],
      repairs: true,
    });
    if (picked !== undefined && (await isRepaired(server, picked))) {
      await switchTo(server, { ...picked.place, modelId: picked.modelId });
    }
  },
};

/** Whether the model is ready, if needed after the user has set its API key. Otherwise, its entry is opened. */
async function isRepaired(server: Server, { place, modelId, repair }: PickedModel): Promise<boolean> {
  const args = { ...fileOf(place), modelId };
  if (repair === undefined) {
    return true;
  }
  if (repair === 'openEntry') {
    await vscode.commands.executeCommand('aloop.openModels', args);
    return false;
  }
  await vscode.commands.executeCommand('aloop.setKey', args);
  const listed = await executeOrExplain<ListModelsResult>(server, 'aloop.listModels', fileOf(place));
  return listed?.models.some((model) => model.modelId === modelId && model.ready) ?? false;
}

async function switchTo(server: Server, args: CommandArguments): Promise<void> {
  try {
    const { result, undo } = await executeWithUndo<SwitchResult>(server, 'aloop.switchModel', args);
    const message = withTerminal(server, result);
    await recentModels.add(args.modelId ?? '');
    if (result.warnings?.length || undo.length > 0) {
      showResult({ ...result, message }, undo);
    } else {
      vscode.window.setStatusBarMessage(message, 5000);
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

function askSession(server: Server): Promise<string | undefined> {
  return pickSession(server.models?.sessions.filter(isSwitchable) ?? [], {
    title: 'Switch Model',
    placeHolder: 'Several agents are running. Select the one to switch',
    offersAll: true,
  });
}

/** The message with the name of the agent's terminal instead of its folder, which several agents may share. */
function withTerminal(server: Server, { message, sessions }: SwitchResult): string {
  const [id, ...others] = sessions ?? [];
  const session = server.models?.sessions.find((one) => one.id === id);
  return session === undefined || others.length > 0 || agentTerminals.terminalOf(session) === undefined
    ? message
    : message.replace(
        `The agent in ${session.folder} `,
        () => `The agent in the terminal ${agentTerminals.nameOf(session)} `,
      );
}
