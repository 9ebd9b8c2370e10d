// aloop.showModel: shows the fields of one entry with its secrets masked.

import * as vscode from 'vscode';
import { executeOrExplain } from '../messages';
import { pickModel } from '../model-picker';
import type { ShowModelResult } from '../protocol';
import type { RegisteredCommand } from './registered';

export const showModel: RegisteredCommand = {
  id: 'aloop.showModel',
  async run(server, given) {
    const args = await pickModel(server, given, { title: 'Show Model', placeHolder: 'Select the model to show' });
    const result = args && (await executeOrExplain<ShowModelResult>(server, 'aloop.showModel', args));
    if (args === undefined || result === undefined) {
      return;
    }
    const open = 'Open models.yaml';
    const fields = Object.entries(result.fields).map(([name, value]) => `${name}: ${String(value)}`);
    const detail = [result.detail, '', ...fields].join('\n');
    if ((await vscode.window.showInformationMessage(result.message, { modal: true, detail }, open)) === open) {
      await vscode.commands.executeCommand('aloop.openModels', args);
    }
  },
};
