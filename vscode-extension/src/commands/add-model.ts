// aloop.addModel: provider, then model, then key; the rest is the server's.

import * as vscode from 'vscode';
import { explain, startOrExplain, tell } from '../messages';
import { fileOf, withFile } from '../model-picker';
import { type PickRow, pickOrType } from '../pick-or-type';
import { plainText } from '../plain-text';
import type { AddModelResult, CommandArguments, Question } from '../protocol';
import { asRefusal, type UnusualId, unusualId, withAnswer } from '../refusal';
import type { Server } from '../server';
import { openModelsFile } from './open-models';
import type { RegisteredCommand } from './registered';
import { askKey } from './set-key';

const TITLE = 'Add Model';

export const addModel: RegisteredCommand = {
  id: 'aloop.addModel',
  async run(server, given) {
    // Without a server there is nothing to choose from.
    if (!(await startOrExplain(server))) {
      return;
    }
    const place = withFile(given);
    const modelId = place.modelId ?? (await askModelId(server, fileOf(place)));
    if (modelId === undefined) {
      return;
    }
    const result = await addOrAsk(server, { ...place, modelId });
    if (result !== undefined) {
      const added = { ...fileOf(place), modelId: result.modelId ?? modelId };
      await openModelsFile(server, added);
      tell(result, [
        { title: 'Set API Key…', command: 'aloop.setKey', arguments: added },
        { title: 'Edit Model…', command: 'aloop.editModel', arguments: added },
      ]);
    }
  },
};

/** Adds the model, its key asked for; an id that is unusual is added if the person says so, or as one that is meant. */
async function addOrAsk(server: Server, args: CommandArguments): Promise<AddModelResult | undefined> {
  try {
    return await server.execute<AddModelResult>('aloop.addModel', { ...args, ask: true });
  } catch (error) {
    const refusal = asRefusal(error);
    const unusual = refusal && unusualId(refusal);
    if (refusal?.question === undefined && unusual == null) {
      explain(server, 'aloop.addModel', args, error);
      return undefined;
    }
    const answered = refusal?.question
      ? await withKey(server, args, refusal.question)
      : unusual && (await withUsualId(args, unusual));
    return answered == null ? undefined : addOrAsk(server, answered);
  }
}

async function withUsualId(args: CommandArguments, unusual: UnusualId): Promise<CommandArguments | undefined> {
  const anyway = 'Add Anyway';
  const uses = new Map(unusual.suggestions.map((modelId) => [`Use ${modelId}`, modelId]));
  const chosen = await vscode.window.showWarningMessage(
    `Add ${args.modelId}?`,
    { modal: true, detail: unusual.problem },
    ...uses.keys(),
    anyway,
  );
  if (chosen === undefined) {
    return undefined;
  }
  const modelId = uses.get(chosen);
  return modelId === undefined ? { ...args, allowUnusualId: true } : { ...args, modelId };
}

async function askModelId(server: Server, place: CommandArguments): Promise<string | undefined> {
  const first = await pickOrType({
    title: `${TITLE} (1 of 3)`,
    placeHolder: 'Provider or model, such as anthropic, gpt or provider/model',
    rows: (typed) => newIds(server, place, typed),
  });
  // The id of a row, and one that is typed whole, is used as it is.
  if (first === undefined || /\/./.test(first)) {
    return first;
  }
  const prefix = first.endsWith('/') ? first : `${first}/`;
  return pickOrType({
    title: `${TITLE} (2 of 3): ${prefix.slice(0, -1)}`,
    placeHolder: `Model of ${prefix.slice(0, -1)}: choose one, or type its name`,
    rows: (typed) => newIds(server, place, withPrefix(prefix, typed)),
    meaning: (typed) => withPrefix(prefix, typed),
  });
}

/**
 * The label is an icon alone: while one types, VS Code would sort rows whose label matches from A to Z, and hide the
 * others. So the order is the server's: newest first, those that retire last.
 */
async function newIds(server: Server, place: CommandArguments, typed: string): Promise<PickRow[]> {
  const candidates = await server.complete({ ...place, words: ['add'], word: typed });
  return candidates.map(({ value, detail }) => ({
    label: value.endsWith('/') ? '$(server)' : '$(sparkle)',
    description: [value.replace(/\/$/, ''), ...(detail ? [detail] : [])].join(' · '),
    alwaysShow: true,
    value,
  }));
}

function withPrefix(prefix: string, typed: string): string {
  return typed.startsWith(prefix) ? typed : `${prefix}${typed}`;
}

/** The arguments with the key of another entry, or one that is typed; undefined where the person left. */
async function withKey(
  server: Server,
  args: CommandArguments,
  question: Question,
): Promise<CommandArguments | undefined> {
  const title = `${TITLE} (3 of 3): ${args.modelId}`;
  const offers = (question.candidates ?? []).map(({ value, detail, field }) => ({
    label: `$(key) The key of ${plainText(nameOf(server, value))}`,
    description: detail ?? '',
    answer: { value, field: field ?? question.field },
  }));
  if (offers.length > 0) {
    const rows = [...offers, { label: '$(edit) Another key…', answer: undefined }];
    const placeHolder = 'Which API key?';
    const picked = await vscode.window.showQuickPick(rows, { title, placeHolder, ignoreFocusOut: true });
    if (picked?.answer !== undefined) {
      return withAnswer(args, picked.answer.field, picked.answer.value);
    }
    if (picked === undefined) {
      return undefined;
    }
  }
  const key = await askKey({
    title,
    prompt: 'API key. Leave it empty where none is needed, or to add it later.',
    mayBeEmpty: !question.required,
  });
  return key === undefined ? undefined : withAnswer(args, question.field, key === '' ? null : key);
}

function nameOf(server: Server, modelId: string): string {
  return server.models?.models.find((model) => model.modelId === modelId)?.displayName ?? modelId;
}
