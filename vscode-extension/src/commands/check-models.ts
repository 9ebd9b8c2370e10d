// aloop.checkModels: all findings of models.yaml, counted, and shown in Problems.

import * as vscode from 'vscode';
import { executeOrExplain, tell } from '../messages';
import { fileOf, withFile } from '../model-picker';
import type { CommandResult } from '../protocol';
import { openModelsFile } from './open-models';
import type { RegisteredCommand } from './registered';

export const checkModels: RegisteredCommand = {
  id: 'aloop.checkModels',
  async run(server, given) {
    const place = fileOf(withFile(given));
    const result = await executeOrExplain<CommandResult>(server, 'aloop.checkModels', place);
    if (result === undefined) {
      return;
    }
    // The findings of a file stand in Problems while it is open.
    await openModelsFile(server, place);
    await vscode.commands.executeCommand('workbench.actions.view.problems');
    tell({ message: result.message.split('\n', 1)[0] ?? '' });
  },
};
