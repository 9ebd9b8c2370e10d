// aloop.setKey: one API key, typed hidden, for every entry that shares it.

import * as vscode from 'vscode';
import { executeOrExplain, tell } from '../messages';
import { withFile, withModel } from '../model-picker';
import type { CommandResult } from '../protocol';
import type { RegisteredCommand } from './registered';

export const setKey: RegisteredCommand = {
  id: 'aloop.setKey',
  async run(server, given) {
    const args =
      given.provider === undefined
        ? await withModel(server, given, { title: 'Set API Key', placeHolder: 'The key of which model?' })
        : withFile(given);
    if (args === undefined) {
      return;
    }
    const owner = args.modelId ?? args.provider ?? '';
    const apiKey = await askKey({ title: `Set API Key: ${owner}`, prompt: 'New API key', mayBeEmpty: false });
    if (apiKey === undefined) {
      return;
    }
    const result = await executeOrExplain<CommandResult>(server, 'aloop.setKey', { ...args, apiKey });
    if (result !== undefined) {
      tell(result);
    }
  },
};

interface KeyQuestion {
  readonly title: string;
  readonly prompt: string;
  readonly mayBeEmpty: boolean;
}

/** A key in a password box; the server judges its form. */
export async function askKey(question: KeyQuestion): Promise<string | undefined> {
  const typed = await vscode.window.showInputBox({
    title: question.title,
    prompt: question.prompt,
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) =>
      question.mayBeEmpty || text.trim() !== '' ? undefined : 'Paste the key, or press Escape to leave it as it is.',
  });
  return typed?.trim();
}
