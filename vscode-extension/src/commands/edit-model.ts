// aloop.editModel: one field of one entry gets another value, or is removed.

import * as vscode from 'vscode';
import { type Field, fieldNamed, fieldsOf, valueFromText } from '../fields';
import { executeOrExplain, tell } from '../messages';
import { fileOf, withModel } from '../model-picker';
import { pickOrType } from '../pick-or-type';
import type { CommandResult, ShowModelResult } from '../protocol';
import type { RegisteredCommand } from './registered';

const REMOVE = '$(trash) Remove the field';

export const editModel: RegisteredCommand = {
  id: 'aloop.editModel',
  async run(server, given) {
    const args = await withModel(server, given, { title: 'Edit Model', placeHolder: 'Edit which model?' });
    if (args === undefined) {
      return;
    }
    let fields = args.fields;
    if (fields === undefined) {
      const shown = await executeOrExplain<ShowModelResult>(server, 'aloop.showModel', {
        ...fileOf(args),
        modelId: args.modelId,
      });
      fields = shown && (await askField(args.modelId, shown.fields));
    }
    const result = fields && (await executeOrExplain<CommandResult>(server, 'aloop.editModel', { ...args, fields }));
    if (result !== undefined) {
      tell(result, [{ title: 'Open models.yaml', command: 'aloop.openModels', arguments: args }]);
    }
  },
};

async function askField(
  modelId: string,
  present: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown> | undefined> {
  const title = `Edit ${modelId}`;
  const rows = fieldsOf(modelId).map((field) => ({
    label: field.name,
    value: field.name,
    ...(field.name in present ? { description: textOf(present[field.name]) } : {}),
    detail: field.description,
  }));
  const name = await pickOrType({ title, placeHolder: 'Which field?', rows: async () => rows });
  if (name === undefined) {
    return undefined;
  }
  const field = fieldNamed(name);
  const typed = await askValue(field, title, present[name]);
  return typed === undefined ? undefined : { [name]: valueFromText(field, typed) };
}

async function askValue(field: Field, title: string, present: unknown): Promise<string | undefined> {
  if (field.choices.length > 0) {
    const rows = present === undefined ? field.choices : [...field.choices, REMOVE];
    const chosen = await vscode.window.showQuickPick(rows, {
      title,
      placeHolder: `${field.name}: ${field.description}`,
    });
    return chosen === REMOVE ? '' : chosen;
  }
  return vscode.window.showInputBox({
    title,
    prompt: `${field.name}: ${field.description} Leave it empty to remove the field.`,
    value: present === undefined || field.isSecret ? '' : textOf(present),
    password: field.isSecret,
    ignoreFocusOut: true,
  });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
