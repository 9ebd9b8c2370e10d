// aloop.addModel: one box for the model, then what its provider needs. The server does the rest.

import * as vscode from 'vscode';
import { addRows, type FoundModels } from '../add-rows';
import { askPending } from '../ask-question';
import { BACK, runWithQuestions } from '../flow';
import { type Change, executeWithUndo, explain, startOrExplain } from '../messages';
import { addActiveFile, fileOf } from '../model-picker';
import type { AddModelResult, CommandArguments, Question } from '../protocol';
import { toRefusal } from '../refusal';
import { askSearch } from '../search-box';
import type { Server } from '../server';
import { showAdded } from '../show-added';
import type { RegisteredCommand } from './registered';

type Added = Change<AddModelResult>;

export const addModel: RegisteredCommand = {
  id: 'aloop.addModel',
  async run(server, given) {
    // The server sends the list of providers and models.
    if (!(await startOrExplain(server))) {
      return;
    }
    const place = addActiveFile(given);
    const added = await (place.modelId === undefined ? searchAndAdd(server, place) : addOrAsk(server, place, false));
    if (added !== undefined && added !== BACK) {
      await showAdded(server, { ...fileOf(place), ...idOf(added.result) }, added);
    }
  },
};

/** Asks for the model until one is added; Back returns to the box with the typed text. */
async function searchAndAdd(server: Server, place: CommandArguments): Promise<Added | undefined> {
  let text = '';
  for (;;) {
    const found = await askSearch({
      title: 'Add Model',
      placeholder: 'Type a provider or a model, for example: claude sonnet, gpt-5.5, azure',
      typed: text,
      rows: async (typed) => addRows(await findModels(server, fileOf(place), typed)),
    });
    if (found?.row.isLocal) {
      await vscode.commands.executeCommand('aloop.discoverModels', fileOf(place));
    }
    const modelId = found?.row.value;
    if (found === undefined || modelId === undefined) {
      return undefined;
    }
    text = found.typed;
    const added = await addOrAsk(server, { ...place, modelId }, true);
    if (added !== BACK) {
      return added;
    }
  }
}

async function findModels(server: Server, place: CommandArguments, typed: string): Promise<FoundModels> {
  const candidates = await server.complete({ ...place, words: ['add'], word: typed });
  return candidates.length === 0 && typed.endsWith('/')
    ? { candidates, typed, question: await questionFor(server, place, typed) }
    : { candidates, typed };
}

/** The question for the model of a provider whose models are not known. */
async function questionFor(server: Server, place: CommandArguments, modelId: string): Promise<Question | undefined> {
  return server.execute('aloop.addModel', { ...place, modelId, ask: true }).then(
    () => undefined,
    (error) => toRefusal(error)?.question,
  );
}

/** Adds the model after the questions of the server; an answer may be another ID. */
async function addOrAsk(
  server: Server,
  args: CommandArguments,
  hasBefore: boolean,
): Promise<Added | typeof BACK | undefined> {
  const typed = new Map<string, string>();
  try {
    return await runWithQuestions(
      (complete) => executeWithUndo<AddModelResult>(server, 'aloop.addModel', complete),
      args,
      (pending, context) =>
        askPending(server, pending, context, { title: `Add ${context.args.modelId}`, hasBefore, typed }),
    );
  } catch (error) {
    explain(server, 'aloop.addModel', args, error);
    return undefined;
  }
}

function idOf({ modelId }: AddModelResult): CommandArguments {
  return modelId === undefined ? {} : { modelId };
}
