// aloop.removeModel: removes one entry from models.yaml after a confirmation.

import * as vscode from 'vscode';
import { runAndShow } from '../messages';
import { fileOf, pickModel } from '../model-picker';
import type { RegisteredCommand } from './registered';

export const removeModel: RegisteredCommand = {
  id: 'aloop.removeModel',
  async run(server, given) {
    const args = await pickModel(server, given, { title: 'Remove Model', placeHolder: 'Select the model to remove' });
    if (args === undefined || !(args.force === true || (await isConfirmed(args.modelId)))) {
      return;
    }
    const setDefault = { title: 'Set Default Model…', command: 'aloop.setDefaultModel', arguments: fileOf(args) };
    await runAndShow(server, 'aloop.removeModel', args, [setDefault]);
  },
};

async function isConfirmed(modelId: string): Promise<boolean> {
  const remove = 'Remove';
  const detail = 'This deletes the entry and its API key from models.yaml.';
  return (await vscode.window.showWarningMessage(`Remove ${modelId}?`, { modal: true, detail }, remove)) === remove;
}
