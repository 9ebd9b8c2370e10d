// aloop.addModel: asks for the provider, the model and the API key. The server does the rest.

import * as vscode from 'vscode';
import { explain, prepareUndo, showResult, startOrExplain } from '../messages';
import { addActiveFile, fileOf } from '../model-picker';
import { type PickRow, pickOrType } from '../pick-or-type';
import { plainText } from '../plain-text';
import type { AddModelResult, CommandArguments, Question } from '../protocol';
import { type Refusal, toRefusal, withAnswer } from '../refusal';
import type { Server } from '../server';
import { openModelsFile } from './open-models';
import type { RegisteredCommand } from './registered';
import { askKey } from './set-key';

const MOST_SUGGESTIONS = 2;
const TITLE = 'Add Model';

export const addModel: RegisteredCommand = {
  id: 'aloop.addModel',
  async run(server, given) {
    // The server sends the list of providers and models.
    if (!(await startOrExplain(server))) {
      return;
    }
    const place = addActiveFile(given);
    const modelId = place.modelId ?? (await askModelId(server, fileOf(place)));
    if (modelId === undefined) {
      return;
    }
    const undo = await prepareUndo(server, place);
    const result = await addOrAsk(server, { ...place, modelId });
    if (result !== undefined) {
      const added = { ...fileOf(place), modelId: result.modelId ?? modelId };
      const undone = await undo(result);
      await openModelsFile(server, added);
      showResult(result, [
        { title: 'Set API Key…', command: 'aloop.setKey', arguments: added },
        { title: 'Edit Model…', command: 'aloop.editModel', arguments: added },
        ...undone,
      ]);
    }
  },
};

/** Adds the model; asks for the API key, and whether to add an unusual ID or one of the suggested IDs. */
async function addOrAsk(server: Server, args: CommandArguments): Promise<AddModelResult | undefined> {
  try {
    return await server.execute<AddModelResult>('aloop.addModel', { ...args, ask: true });
  } catch (error) {
    const refusal = toRefusal(error);
    if (refusal?.question === undefined && refusal?.unusualId === undefined) {
      explain(server, 'aloop.addModel', args, error);
      return undefined;
    }
    const answered = refusal?.question
      ? await askModelKey(server, args, refusal.question)
      : await confirmId(args, refusal);
    return answered == null ? undefined : addOrAsk(server, answered);
  }
}

/** The arguments with the ID that the user confirms, or undefined if the user cancels. */
async function confirmId(args: CommandArguments, refusal: Refusal): Promise<CommandArguments | undefined> {
  const anyway = 'Add Anyway';
  const uses = new Map(refusal.suggestions.slice(0, MOST_SUGGESTIONS).map((modelId) => [`Use ${modelId}`, modelId]));
  const chosen = await vscode.window.showWarningMessage(
    `Add ${args.modelId}?`,
    { modal: true, detail: refusal.unusualId?.problem ?? refusal.message },
    ...uses.keys(),
    ...(refusal.unusualId?.canBeConfirmed ? [anyway] : []),
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
    placeHolder: 'Provider or model, for example: anthropic, gpt, openai/gpt-5.5',
    rows: (typed) => suggestIds(server, place, typed),
  });
  // A complete ID needs no second step.
  if (first === undefined || /\/./.test(first)) {
    return first;
  }
  const prefix = first.endsWith('/') ? first : `${first}/`;
  return pickOrType({
    title: `${TITLE} (2 of 3): ${prefix.slice(0, -1)}`,
    placeHolder: `Select a model of ${prefix.slice(0, -1)}, or type its name`,
    rows: (typed) => suggestIds(server, place, withPrefix(prefix, typed)),
    toValue: (typed) => withPrefix(prefix, typed),
  });
}

/**
 * The rows for the typed text in the server's order: newest first, models that retire last. The label is only an icon,
 * because VS Code sorts rows by matches in the label and hides rows without a match.
 */
async function suggestIds(server: Server, place: CommandArguments, typed: string): Promise<PickRow[]> {
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

/** The arguments with the API key of another entry or a new one, or undefined if the user cancels. */
async function askModelKey(
  server: Server,
  args: CommandArguments,
  question: Question,
): Promise<CommandArguments | undefined> {
  const title = `${TITLE} (3 of 3): ${args.modelId}`;
  const offers = (question.candidates ?? []).map(({ value, detail, field }) => ({
    label: `$(key) Use the key of ${plainText(nameOf(server, value))}`,
    description: detail ?? '',
    answer: { value, field: field ?? question.field },
  }));
  if (offers.length > 0) {
    const rows = [...offers, { label: '$(edit) Enter another key…', answer: undefined }];
    const placeHolder = 'Select an API key';
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
    prompt: question.required ? 'Enter the API key' : 'Enter the API key, or leave it empty to add it later',
    mayBeEmpty: !question.required,
  });
  return key === undefined ? undefined : withAnswer(args, question.field, key === '' ? null : key);
}

function nameOf(server: Server, modelId: string): string {
  return server.models?.models.find((model) => model.modelId === modelId)?.displayName ?? modelId;
}
