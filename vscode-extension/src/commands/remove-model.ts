// aloop.removeModel: takes one entry out of models.yaml, after a yes.

import * as vscode from 'vscode';
import { executeOrExplain, tell } from '../messages';
import { fileOf, withModel } from '../model-picker';
import type { CommandResult } from '../protocol';
import type { RegisteredCommand } from './registered';

export const removeModel: RegisteredCommand = {
  id: 'aloop.removeModel',
  async run(server, given) {
    const args = await withModel(server, given, { title: 'Remove Model', placeHolder: 'Remove which model?' });
    if (args === undefined || !(args.force === true || (await isConfirmed(args.modelId)))) {
      return;
    }
    const result = await executeOrExplain<CommandResult>(server, 'aloop.removeModel', args);
    if (result !== undefined) {
      tell(result, [{ title: 'Set Default Model…', command: 'aloop.setDefaultModel', arguments: fileOf(args) }]);
    }
  },
};

async function isConfirmed(modelId: string): Promise<boolean> {
  const remove = 'Remove';
  const detail = 'Its entry is taken out of models.yaml, its API key with it.';
  return (await vscode.window.showWarningMessage(`Remove ${modelId}?`, { modal: true, detail }, remove)) === remove;
}
