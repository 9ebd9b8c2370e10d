// aloop.editModel: changes or removes one field of an entry.

import { checkValue } from '../ask-question';
import { askRow, askText } from '../box';
import { type FieldRow, fieldRows, nameOf, textOf, valueRows } from '../edit-rows';
import { BACK } from '../flow';
import {
  type Change,
  executeOrExplain,
  executeWithUndo,
  explain,
  OPEN_FILE,
  runAndShow,
  showResult,
} from '../messages';
import { fileOf, type ModelArguments, pickModel } from '../model-picker';
import type { Candidate, CommandResult, ParseResult, ShowModelResult } from '../protocol';
import { toRefusal } from '../refusal';
import type { Server } from '../server';
import type { RegisteredCommand } from './registered';

type Edited = Change<CommandResult>;

export const editModel: RegisteredCommand = {
  id: 'aloop.editModel',
  async run(server, given) {
    for (;;) {
      const args = await pickModel(server, given, { title: 'Edit Model', placeHolder: 'Select the model to edit' });
      if (args === undefined) {
        return;
      }
      const open = { ...OPEN_FILE, arguments: args };
      if (args.fields !== undefined) {
        await runAndShow(server, 'aloop.editModel', args, [open]);
        return;
      }
      const edited = await editField(server, args, given.modelId === undefined);
      if (edited !== BACK) {
        if (edited !== undefined) {
          showResult(edited.result, [open, ...edited.undo]);
        }
        return;
      }
    }
  },
};

/** Asks for a field and its value until one is changed. */
async function editField(
  server: Server,
  args: ModelArguments,
  hasBefore: boolean,
): Promise<Edited | typeof BACK | undefined> {
  const shown = await executeOrExplain<ShowModelResult>(server, 'aloop.showModel', args);
  if (shown === undefined) {
    return undefined;
  }
  const offered = await server.complete({ ...fileOf(args), words: ['edit', args.modelId], word: '' });
  const rows = fieldRows(offered, shown.fields);
  let active: FieldRow | undefined;
  for (;;) {
    const title = `Edit ${args.modelId}`;
    const placeholder = 'Select the field to change';
    const picked = await askRow({ title, placeholder, rows, active, canGoBack: hasBefore });
    if (picked === undefined || picked === BACK) {
      return picked;
    }
    active = picked;
    const name = picked.field ?? '';
    const candidate = offered.find(({ value }) => nameOf(value) === name);
    const edited = await editValue(server, args, { name, candidate, present: shown.fields[name] });
    if (edited !== BACK) {
      return edited;
    }
  }
}

interface Field {
  readonly name: string;
  /** Undefined for a field that the server does not know. */
  readonly candidate: Candidate | undefined;
  readonly present: unknown;
}

/** Asks for a value until the server accepts it. */
async function editValue(
  server: Server,
  args: ModelArguments,
  field: Field,
): Promise<Edited | typeof BACK | undefined> {
  let typed: string | undefined;
  let problem: string | undefined;
  for (;;) {
    const answer = await askValue(server, args, field, typed, problem);
    if (answer === undefined || answer === BACK) {
      return answer;
    }
    try {
      // The server reads the text as on the command line: a number, a list, true or false.
      const words = ['edit', args.modelId, `${field.name}=${answer}`];
      const { argument } = await server.execute<ParseResult>('aloop.parse', { ...fileOf(args), words });
      return await executeWithUndo(server, 'aloop.editModel', { ...args, fields: argument.fields ?? {} });
    } catch (error) {
      const refusal = toRefusal(error);
      if (refusal?.reason !== 'invalidFields') {
        explain(server, 'aloop.editModel', args, error);
        return undefined;
      }
      typed = answer;
      problem = refusal.message;
    }
  }
}

/** The value as on the command line; empty to remove the field. */
async function askValue(
  server: Server,
  args: ModelArguments,
  { name, candidate, present }: Field,
  typed: string | undefined,
  problem: string | undefined,
): Promise<string | typeof BACK | undefined> {
  const title = `Edit ${args.modelId}: ${name}`;
  // An unknown field may be a secret.
  const { detail = '', secret = false, values = [] } = candidate ?? { secret: true };
  if (values.length > 0) {
    const rows = valueRows(name, values, present);
    const active = rows.find(({ isCurrent }) => isCurrent);
    const picked = await askRow({ title, placeholder: problem ?? detail, rows, active, canGoBack: true });
    return picked === undefined || picked === BACK ? picked : (picked.value ?? '');
  }
  const examples = await server.complete({ ...fileOf(args), words: ['edit', args.modelId], word: `${name}=` });
  return askText({
    title,
    prompt: present === undefined ? detail : `${detail} Leave it empty to remove the field.`,
    placeholder: secret ? undefined : examples[0]?.value.slice(name.length + 1),
    value: typed ?? (present === undefined || secret ? '' : textOf(present)),
    password: secret,
    problem,
    canGoBack: true,
    mayBeEmpty: present !== undefined,
    remove: present === undefined ? undefined : `Remove ${name}`,
    check: (value) => checkValue(server, args, name, value),
  });
}
