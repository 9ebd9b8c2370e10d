// aloop.addModel: one box for the model, then what its provider needs. The server does the rest.

import * as vscode from 'vscode';
import { addRows, type FoundModels } from '../add-rows';
import { askPending } from '../ask-question';
import { BACK, runWithQuestions } from '../flow';
import { type Change, executeWithUndo, explain, showResult, startOrExplain } from '../messages';
import { addActiveFile, fileOf } from '../model-picker';
import type { AddModelResult, CommandArguments, Question, ShowModelResult } from '../protocol';
import { toRefusal } from '../refusal';
import { askSearch } from '../search-box';
import type { Server } from '../server';
import type { Step } from '../steps';
import { openModelsFile } from './open-models';
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
      await showAdded(server, place, added);
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

/** Opens the entry, and says what was added with the next step. */
async function showAdded(server: Server, place: CommandArguments, { result, undo }: Added): Promise<void> {
  const added = { ...fileOf(place), ...(result.modelId === undefined ? {} : { modelId: result.modelId }) };
  await openModelsFile(server, added);
  const shown = await server.execute<ShowModelResult>('aloop.showModel', added).catch(() => undefined);
  showResult(result, [...(shown === undefined ? [] : nextSteps(shown, added)), ...undo]);
}

function nextSteps({ ready, current }: ShowModelResult, added: CommandArguments): Step[] {
  if (!ready) {
    return [
      { title: 'Set API Key…', command: 'aloop.setKey', arguments: added },
      { title: 'Edit Model…', command: 'aloop.editModel', arguments: added },
    ];
  }
  return current
    ? [{ title: 'Start Agent', command: 'aloop.startAgent' }]
    : [{ title: 'Use This Model', command: 'aloop.switchModel', arguments: added }];
}
