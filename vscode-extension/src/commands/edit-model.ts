// aloop.editModel: changes or removes one field of an entry.

import * as vscode from 'vscode';
import { fieldNamed } from '../fields';
import { executeOrExplain, showResult } from '../messages';
import { fileOf, type ModelArguments, pickModel } from '../model-picker';
import { pickOrType } from '../pick-or-type';
import type { CommandArguments, CommandResult, ParseResult, ShowModelResult } from '../protocol';
import type { Server } from '../server';
import type { RegisteredCommand } from './registered';

const REMOVE = '$(trash) Remove this field';

export const editModel: RegisteredCommand = {
  id: 'aloop.editModel',
  async run(server, given) {
    const args = await pickModel(server, given, { title: 'Edit Model', placeHolder: 'Select the model to edit' });
    if (args === undefined) {
      return;
    }
    const fields = args.fields ?? (await askFields(server, args));
    const result = fields && (await executeOrExplain<CommandResult>(server, 'aloop.editModel', { ...args, fields }));
    if (result !== undefined) {
      showResult(result, [{ title: 'Open models.yaml', command: 'aloop.openModels', arguments: args }]);
    }
  },
};

/** One field with its new value, parsed as on the command line. */
async function askFields(server: Server, args: ModelArguments): Promise<CommandArguments['fields']> {
  const place = fileOf(args);
  const { modelId } = args;
  const shown = await executeOrExplain<ShowModelResult>(server, 'aloop.showModel', { ...place, modelId });
  if (shown === undefined) {
    return undefined;
  }
  const present = shown.fields;
  const title = `Edit ${modelId}`;
  const offered = await server.complete({ ...place, words: ['edit', modelId], word: '' });
  const rows = offered.map(({ value, detail }) => {
    const name = value.replace(/=$/, '');
    return {
      label: name,
      value: name,
      ...(name in present ? { description: textOf(present[name]) } : {}),
      detail: detail ?? '',
    };
  });
  const name = await pickOrType({ title, placeHolder: 'Select a field, or type its name', rows: async () => rows });
  const typed = name && (await askValue(name, title, present[name]));
  if (typed === undefined) {
    return undefined;
  }
  const words = ['edit', modelId, `${name}=${typed.trim()}`];
  const read = await executeOrExplain<ParseResult>(server, 'aloop.parse', { ...place, words });
  return read?.argument.fields;
}

async function askValue(name: string, title: string, present: unknown): Promise<string | undefined> {
  const field = fieldNamed(name);
  if (field.choices.length > 0) {
    const rows = present === undefined ? field.choices : [...field.choices, REMOVE];
    const chosen = await vscode.window.showQuickPick(rows, {
      title,
      placeHolder: `${name}: ${field.description}`,
    });
    return chosen === REMOVE ? '' : chosen;
  }
  return vscode.window.showInputBox({
    title,
    prompt: `${name}: ${field.description}${present === undefined ? '' : ' Leave it empty to remove the field.'}`,
    value: present === undefined || field.isSecret ? '' : textOf(present),
    password: field.isSecret,
    ignoreFocusOut: true,
  });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
