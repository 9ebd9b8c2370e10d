// aloop.listModels: lists every entry; selecting one opens it in models.yaml.

import * as vscode from 'vscode';
import { pickModel } from '../model-picker';
import type { RegisteredCommand } from './registered';

export const listModels: RegisteredCommand = {
  id: 'aloop.listModels',
  async run(server, given) {
    const args = await pickModel(server, given, { title: 'Models', placeHolder: 'Select a model to open its entry' });
    if (args !== undefined) {
      await vscode.commands.executeCommand('aloop.openModels', args);
    }
  },
};
