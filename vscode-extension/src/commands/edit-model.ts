// aloop.editModel: changes or removes one field of an entry.

import * as vscode from 'vscode';
import { executeOrExplain, OPEN_FILE, runAndShow } from '../messages';
import { fileOf, type ModelArguments, pickModel } from '../model-picker';
import { pickOrType } from '../pick-or-type';
import type { Candidate, CommandArguments, ParseResult, ShowModelResult } from '../protocol';
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
    if (fields !== undefined) {
      const open = { ...OPEN_FILE, arguments: args };
      await runAndShow(server, 'aloop.editModel', { ...args, fields }, [open]);
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
  const field = offered.find(({ value }) => value === `${name}=`);
  const typed = name && (await askValue(name, field, title, present[name]));
  if (typed === undefined) {
    return undefined;
  }
  const words = ['edit', modelId, `${name}=${typed.trim()}`];
  const read = await executeOrExplain<ParseResult>(server, 'aloop.parse', { ...place, words });
  return read?.argument.fields;
}

/** Asks for the value of a field; an unknown field may be a secret. */
async function askValue(
  name: string,
  field: Candidate | undefined,
  title: string,
  present: unknown,
): Promise<string | undefined> {
  const { detail = '', secret: isSecret = false, values = [] } = field ?? { secret: true };
  if (values.length > 0) {
    const rows = present === undefined ? values : [...values, REMOVE];
    const chosen = await vscode.window.showQuickPick(rows, {
      title,
      placeHolder: `${name}: ${detail}`,
    });
    return chosen === REMOVE ? '' : chosen;
  }
  return vscode.window.showInputBox({
    title,
    prompt: `${name}: ${detail}${present === undefined ? '' : ' Leave it empty to remove the field.'}`,
    value: present === undefined || isSecret ? '' : textOf(present),
    password: isSecret,
    ignoreFocusOut: true,
  });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
