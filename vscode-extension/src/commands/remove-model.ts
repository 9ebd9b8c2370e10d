// aloop.removeModel: removes one entry from models.yaml after a confirmation.

import * as vscode from 'vscode';
import { executeOrExplain, runAndShow } from '../messages';
import { fileOf, pickModel } from '../model-picker';
import type { ShowModelResult } from '../protocol';
import { removalDetail } from '../removal-text';
import type { RegisteredCommand } from './registered';

export const removeModel: RegisteredCommand = {
  id: 'aloop.removeModel',
  async run(server, given) {
    const args = await pickModel(server, given, { title: 'Remove Model', placeHolder: 'Select the model to remove' });
    const shown =
      args &&
      (await executeOrExplain<ShowModelResult>(server, 'aloop.showModel', { ...fileOf(args), modelId: args.modelId }));
    if (args === undefined || shown === undefined || !(args.force === true || (await isConfirmed(shown)))) {
      return;
    }
    // Without a default model, new agents use the first model that is ready.
    const steps = shown.default
      ? [{ title: 'Set Default Model…', command: 'aloop.setDefaultModel', arguments: fileOf(args) }]
      : [];
    await runAndShow(server, 'aloop.removeModel', args, steps);
  },
};

async function isConfirmed(shown: ShowModelResult): Promise<boolean> {
  const remove = 'Remove';
  const options = { modal: true, detail: removalDetail(shown) };
  return (await vscode.window.showWarningMessage(`Remove ${shown.displayName}?`, options, remove)) === remove;
}
