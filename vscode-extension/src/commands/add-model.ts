// aloop.addModel: provider, then model, then key; the rest is the server's.

import * as vscode from 'vscode';
import { newIds } from '../catalog';
import { entriesWithKey, type KeyOffer, keyOffers } from '../key-offers';
import { explain, startOrExplain, tell } from '../messages';
import { fileOf, withFile } from '../model-picker';
import { pickOrType } from '../pick-or-type';
import type { AddModelResult, CommandArguments, ListModelsResult, ShowModelResult } from '../protocol';
import { asRefusal, unusualId } from '../refusal';
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
    const modelId = place.modelId ?? (await askModelId(server));
    if (modelId === undefined) {
      return;
    }
    const key =
      place.fields === undefined && place.sameKeyAs === undefined ? await askForKey(server, place, modelId) : {};
    if (key === undefined) {
      return;
    }
    const result = await addOrConfirm(server, { ...place, modelId, ...key });
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

/** Adds the model; an id that the server finds unusual is added only if the person says so, or as one that is meant. */
async function addOrConfirm(server: Server, args: CommandArguments): Promise<AddModelResult | undefined> {
  try {
    return await server.execute<AddModelResult>('aloop.addModel', args);
  } catch (error) {
    const refusal = asRefusal(error);
    const question = refusal && unusualId(refusal);
    if (question == null) {
      explain(server, 'aloop.addModel', args, error);
      return undefined;
    }
    const anyway = 'Add Anyway';
    const uses = new Map(question.suggestions.map((modelId) => [`Use ${modelId}`, modelId]));
    const chosen = await vscode.window.showWarningMessage(
      `Add ${args.modelId}?`,
      { modal: true, detail: question.problem },
      ...uses.keys(),
      anyway,
    );
    if (chosen === undefined) {
      return undefined;
    }
    const modelId = uses.get(chosen);
    return addOrConfirm(server, modelId === undefined ? { ...args, allowUnusualId: true } : { ...args, modelId });
  }
}

async function askModelId(server: Server): Promise<string | undefined> {
  const first = await pickOrType({
    title: `${TITLE} (1 of 3)`,
    placeHolder: 'Provider or model, such as anthropic, gpt or provider/model',
    rows: (typed) => newIds(server, typed),
  });
  // The id of a row, and one that is typed whole, is used as it is.
  if (first === undefined || /\/./.test(first)) {
    return first;
  }
  const prefix = first.endsWith('/') ? first : `${first}/`;
  return pickOrType({
    title: `${TITLE} (2 of 3): ${prefix.slice(0, -1)}`,
    placeHolder: `Model of ${prefix.slice(0, -1)}: choose one, or type its name`,
    rows: (typed) => newIds(server, withPrefix(prefix, typed)),
    meaning: (typed) => withPrefix(prefix, typed),
  });
}

function withPrefix(prefix: string, typed: string): string {
  return typed.startsWith(prefix) ? typed : `${prefix}${typed}`;
}

/** The key of another entry of the provider, or one that is typed; undefined where the person left. */
async function askForKey(
  server: Server,
  place: CommandArguments,
  modelId: string,
): Promise<CommandArguments | undefined> {
  const title = `${TITLE} (3 of 3): ${modelId}`;
  const offers = await existingKeys(server, fileOf(place), modelId);
  if (offers.length > 0) {
    const rows = [...offers, { label: '$(edit) Another key…', sameKeyAs: undefined }];
    const picked = await vscode.window.showQuickPick(rows, {
      title,
      placeHolder: 'Which API key?',
      ignoreFocusOut: true,
    });
    if (picked === undefined || picked.sameKeyAs !== undefined) {
      return picked && { sameKeyAs: picked.sameKeyAs };
    }
  }
  const key = await askKey({
    title,
    prompt: 'API key. Leave it empty where none is needed, or to add it later.',
    mayBeEmpty: true,
  });
  return key === undefined ? undefined : key === '' ? {} : { fields: { api_key: key } };
}

async function existingKeys(server: Server, file: CommandArguments, modelId: string): Promise<readonly KeyOffer[]> {
  const listed = await server.execute<ListModelsResult>('aloop.listModels', file).catch(() => undefined);
  const likely = entriesWithKey(listed?.models ?? [], modelId);
  const shown = await Promise.all(
    likely.map((id) =>
      server.execute<ShowModelResult>('aloop.showModel', { ...file, modelId: id }).catch(() => undefined),
    ),
  );
  return keyOffers(shown.filter((model) => model !== undefined));
}
