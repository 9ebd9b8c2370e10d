// Asks which model is meant, from the entries of models.yaml.

import * as vscode from 'vscode';
import { executeOrExplain, OPEN_FILE, warn } from './messages';
import { activeModelsUri } from './models-file';
import { modelRows } from './pick-rows';
import type { CommandArguments, ListModelsResult } from './protocol';
import type { Server } from './server';

export type ModelArguments = CommandArguments & { readonly modelId: string };

/** The command's arguments with the model that was given or picked; undefined where the person left. */
export async function withModel(
  server: Server,
  given: CommandArguments,
  question: { readonly title: string; readonly placeHolder: string },
): Promise<ModelArguments | undefined> {
  const place = withFile(given);
  if (place.modelId !== undefined) {
    return { ...place, modelId: place.modelId };
  }
  const listed = await executeOrExplain<ListModelsResult>(server, 'aloop.listModels', fileOf(place));
  if (listed === undefined) {
    return undefined;
  }
  if (listed.models.length === 0) {
    await explainNoModel(listed);
    return undefined;
  }
  const picked = await vscode.window.showQuickPick(modelRows(listed.models), {
    ...question,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked === undefined ? undefined : { ...place, modelId: picked.modelId };
}

/**
 * The models that are ready, as many as the person leaves chosen; undefined where the person left, or there are none.
 */
export async function withModels(
  server: Server,
  question: { readonly title: string; readonly placeHolder: string },
): Promise<{ readonly modelIds: readonly string[]; readonly isAll: boolean } | undefined> {
  const listed = await executeOrExplain<ListModelsResult>(server, 'aloop.listModels', fileOf(withFile({})));
  const ready = listed?.models.filter((model) => model.ready) ?? [];
  if (listed === undefined || ready.length === 0) {
    await (listed?.models.length
      ? vscode.window.showInformationMessage('No model is ready. “aloop: List Models” tells what each lacks.')
      : listed && explainNoModel(listed));
    return undefined;
  }
  const rows = modelRows(ready).map((row) => ({ ...row, picked: true }));
  const picked = await vscode.window.showQuickPick(rows, { ...question, canPickMany: true, matchOnDescription: true });
  return picked?.length
    ? { modelIds: picked.map((row) => row.modelId), isAll: picked.length === rows.length }
    : undefined;
}

/** A command given in a models.yaml means this file; given elsewhere, the window's. */
export function withFile(given: CommandArguments): CommandArguments {
  const uri = given.uri ?? activeModelsUri();
  return uri === undefined ? given : { ...given, uri };
}

export function fileOf(args: CommandArguments): CommandArguments {
  return args.uri === undefined ? {} : { uri: args.uri };
}

/** There is nothing to choose from: the file has no model, or is broken and no valid version of it is known. */
async function explainNoModel(listed: ListModelsResult): Promise<void> {
  if (listed.problem === undefined) {
    await offerFirstModel();
  } else {
    warn(listed.message, [OPEN_FILE]);
  }
}

export async function offerFirstModel(): Promise<void> {
  const add = 'Add Model…';
  if ((await vscode.window.showInformationMessage('There is no model yet. Add the first one.', add)) === add) {
    await vscode.commands.executeCommand('aloop.addModel');
  }
}
