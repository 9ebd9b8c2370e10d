// aloop.compareModels: the same prompt to several models, answered side by side in a terminal.

import * as vscode from 'vscode';
import { runAloop } from '../agent/terminal';
import { withModels } from '../model-picker';
import type { RegisteredCommand } from './registered';

export const compareModels: RegisteredCommand = {
  id: 'aloop.compareModels',
  async run(server) {
    const chosen = await withModels(server, {
      title: 'Compare Models (1 of 2)',
      placeHolder: 'Which models shall answer?',
    });
    if (chosen === undefined) {
      return;
    }
    const prompt = await vscode.window.showInputBox({
      title: 'Compare Models (2 of 2)',
      prompt: 'The prompt that each of them gets',
      ignoreFocusOut: true,
      validateInput: (text) => (text.trim() === '' ? 'Type a prompt, or press Escape.' : undefined),
    });
    if (prompt === undefined) {
      return;
    }
    const models = chosen.isAll ? [] : ['--models', chosen.modelIds.join(',')];
    await runAloop(server, ['compare', ...models, ...(prompt.startsWith('-') ? ['--'] : []), prompt]);
  },
};
