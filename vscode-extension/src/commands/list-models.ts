// aloop.listModels: every entry with its marks; choosing one opens the file there.

import * as vscode from 'vscode';
import { withModel } from '../model-picker';
import type { RegisteredCommand } from './registered';

export const listModels: RegisteredCommand = {
  id: 'aloop.listModels',
  async run(server, given) {
    const args = await withModel(server, given, { title: 'Models', placeHolder: 'Choose one to open its entry' });
    if (args !== undefined) {
      await vscode.commands.executeCommand('aloop.openModels', args);
    }
  },
};
