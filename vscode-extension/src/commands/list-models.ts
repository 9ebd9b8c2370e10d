// aloop.listModels: lists every entry with buttons for what can be done with it; selecting one opens it in models.yaml.

import * as vscode from 'vscode';
import { ADD_ROW, pickModel } from '../model-picker';
import type { RegisteredCommand } from './registered';

export const listModels: RegisteredCommand = {
  id: 'aloop.listModels',
  async run(server, given) {
    const args = await pickModel(server, given, {
      title: 'Manage Models',
      placeHolder: 'Select a model to open its entry',
      actions: ['setDefault', 'setKey', 'edit', 'test', 'remove'],
      commands: [ADD_ROW],
    });
    if (args !== undefined) {
      await vscode.commands.executeCommand('aloop.openModels', args);
    }
  },
};
