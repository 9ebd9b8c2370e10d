// aloop.compareModels: sends the same prompt to several models and shows their answers in a terminal.

import * as vscode from 'vscode';
import { runAloop } from '../agent/terminal';
import { pickModels } from '../model-picker';
import type { RegisteredCommand } from './registered';

export const compareModels: RegisteredCommand = {
  id: 'aloop.compareModels',
  async run(server) {
    const chosen = await pickModels(server, {
      title: 'Compare Models (1 of 2)',
      placeHolder: 'Select the models to compare',
    });
    if (chosen === undefined) {
      return;
    }
    const prompt = await vscode.window.showInputBox({
      title: 'Compare Models (2 of 2)',
      prompt: 'Enter the prompt to send to each model',
      ignoreFocusOut: true,
      validateInput: (text) => (text.trim() === '' ? 'Enter a prompt. Press Escape to cancel.' : undefined),
    });
    if (prompt === undefined) {
      return;
    }
    const models = chosen.isAll ? [] : ['--models', chosen.modelIds.join(',')];
    await runAloop(server, ['compare', ...models, ...(prompt.startsWith('-') ? ['--'] : []), prompt]);
  },
};
