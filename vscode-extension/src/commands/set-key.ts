// aloop.setKey: replaces an API key in every entry that shares it.

import * as vscode from 'vscode';
import { runAndShow } from '../messages';
import { addActiveFile, pickModel } from '../model-picker';
import type { CommandArguments } from '../protocol';
import type { RegisteredCommand } from './registered';

export const setKey: RegisteredCommand = {
  id: 'aloop.setKey',
  async run(server, given) {
    const args =
      given.provider === undefined
        ? await pickModel(server, given, {
            title: 'Set API Key',
            placeHolder: 'Select the model to set the API key of',
          })
        : addActiveFile(given);
    if (args === undefined) {
      return;
    }
    const complete = args.sameKeyAs === undefined ? await withTypedKey(args) : args;
    if (complete !== undefined) {
      await runAndShow(server, 'aloop.setKey', complete);
    }
  },
};

/** The arguments with the API key that the user types, or undefined if the user cancels. */
async function withTypedKey(args: CommandArguments): Promise<CommandArguments | undefined> {
  const owner = args.modelId ?? args.provider ?? '';
  const apiKey = await askKey({ title: `Set API Key: ${owner}`, prompt: 'Enter the new API key', mayBeEmpty: false });
  return apiKey === undefined ? undefined : { ...args, apiKey };
}

interface KeyQuestion {
  readonly title: string;
  readonly prompt: string;
  readonly mayBeEmpty: boolean;
}

/** Asks for an API key in a password box; the server validates it. */
export async function askKey(question: KeyQuestion): Promise<string | undefined> {
  const typed = await vscode.window.showInputBox({
    title: question.title,
    prompt: question.prompt,
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) =>
      question.mayBeEmpty || text.trim() !== '' ? undefined : 'Enter an API key. Press Escape to cancel.',
  });
  return typed?.trim();
}
