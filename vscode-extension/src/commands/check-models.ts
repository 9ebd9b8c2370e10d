// aloop.checkModels: shows all problems of models.yaml in the Problems view, and their number.

import * as vscode from 'vscode';
import { executeOrExplain, showResult } from '../messages';
import { addActiveFile, fileOf } from '../model-picker';
import type { CommandResult } from '../protocol';
import { openModelsFile } from './open-models';
import type { RegisteredCommand } from './registered';

export const checkModels: RegisteredCommand = {
  id: 'aloop.checkModels',
  async run(server, given) {
    const place = fileOf(addActiveFile(given));
    const result = await executeOrExplain<CommandResult>(server, 'aloop.checkModels', place);
    if (result === undefined) {
      return;
    }
    // The Problems view shows the problems of open files only.
    await openModelsFile(server, place);
    await vscode.commands.executeCommand('workbench.actions.view.problems');
    showResult({ message: result.message.split('\n', 1)[0] ?? '' });
  },
};
