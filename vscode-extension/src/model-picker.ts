// Pick lists of the models in models.yaml.

import * as vscode from 'vscode';
import { executeOrExplain, OPEN_FILE, showWarning } from './messages';
import { activeModelsUri } from './models-file';
import { modelRows } from './pick-rows';
import type { CommandArguments, ListModelsResult } from './protocol';
import type { Server } from './server';

export type ModelArguments = CommandArguments & { readonly modelId: string };

/** The arguments with the given or selected model, or undefined if the user cancels. */
export async function pickModel(
  server: Server,
  given: CommandArguments,
  question: { readonly title: string; readonly placeHolder: string },
): Promise<ModelArguments | undefined> {
  const place = addActiveFile(given);
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

/** The models that the user selects of those that are ready; undefined on cancel, or if no model is ready. */
export async function pickModels(
  server: Server,
  question: { readonly title: string; readonly placeHolder: string },
): Promise<{ readonly modelIds: readonly string[]; readonly isAll: boolean } | undefined> {
  const listed = await executeOrExplain<ListModelsResult>(server, 'aloop.listModels', fileOf(addActiveFile({})));
  const ready = listed?.models.filter((model) => model.ready) ?? [];
  if (listed === undefined || ready.length === 0) {
    await (listed?.models.length
      ? vscode.window.showInformationMessage('No model is ready. Run “aloop: List Models” to see why.')
      : listed && explainNoModel(listed));
    return undefined;
  }
  const rows = modelRows(ready).map((row) => ({ ...row, picked: true }));
  const picked = await vscode.window.showQuickPick(rows, { ...question, canPickMany: true, matchOnDescription: true });
  return picked?.length
    ? { modelIds: picked.map((row) => row.modelId), isAll: picked.length === rows.length }
    : undefined;
}

/** Adds the file of the active editor if it is a models.yaml; otherwise the server uses the file of the window. */
export function addActiveFile(given: CommandArguments): CommandArguments {
  const uri = given.uri ?? activeModelsUri();
  return uri === undefined ? given : { ...given, uri };
}

export function fileOf(args: CommandArguments): CommandArguments {
  return args.uri === undefined ? {} : { uri: args.uri };
}

/** Explains an empty list: the file has no models, or it is not valid and no valid version is known. */
async function explainNoModel(listed: ListModelsResult): Promise<void> {
  if (listed.problem === undefined) {
    await offerFirstModel();
  } else {
    showWarning(listed.message, [OPEN_FILE]);
  }
}

export async function offerFirstModel(): Promise<void> {
  const add = 'Add Model…';
  if ((await vscode.window.showInformationMessage('No models yet. Add the first one.', add)) === add) {
    await vscode.commands.executeCommand('aloop.addModel');
  }
}
