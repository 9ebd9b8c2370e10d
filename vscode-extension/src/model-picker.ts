// Pick lists of the models in models.yaml.

import * as vscode from 'vscode';
import { executeOrExplain, OPEN_FILE, showWarning } from './messages';
import { activeModelsUri } from './models-file';
import { type ModelAction, type ModelGroupOptions, type ModelRow, modelGroups } from './pick-rows';
import type { CommandArguments, ListModelsResult } from './protocol';
import { recentModels } from './recent-models';
import type { Server } from './server';

export type ModelArguments = CommandArguments & { readonly modelId: string };

interface ModelQuestion extends Omit<ModelGroupOptions, 'recent'> {
  readonly title: string;
  readonly placeHolder: string;
  /** Rows after the models, which run a command. */
  readonly commands?: readonly CommandRow[];
}

interface CommandRow extends vscode.QuickPickItem {
  readonly command: string;
}

export const ADD_ROW: CommandRow = { label: '$(add) Add Model…', command: 'aloop.addModel', alwaysShow: true };
export const MANAGE_ROW: CommandRow = {
  label: '$(gear) Manage Models…',
  command: 'aloop.listModels',
  alwaysShow: true,
};

const ACTIONS: Readonly<
  Record<ModelAction, { readonly icon: string; readonly title: string; readonly command: string }>
> = {
  setDefault: { icon: 'star', title: 'Set as Default', command: 'aloop.setDefaultModel' },
  setKey: { icon: 'key', title: 'Set API Key…', command: 'aloop.setKey' },
  openEntry: { icon: 'go-to-file', title: 'Open Entry', command: 'aloop.openModels' },
  edit: { icon: 'edit', title: 'Edit…', command: 'aloop.editModel' },
  test: { icon: 'beaker', title: 'Test', command: 'aloop.testModels' },
  remove: { icon: 'trash', title: 'Remove…', command: 'aloop.removeModel' },
};

/** The arguments with the given or selected model, or undefined if the user cancels. */
export async function pickModel(
  server: Server,
  given: CommandArguments,
  question: ModelQuestion,
): Promise<ModelArguments | undefined> {
  const picked = await pickModelRow(server, given, question);
  return picked && { ...picked.place, modelId: picked.modelId };
}

export interface PickedModel {
  readonly place: CommandArguments;
  readonly modelId: string;
  /** How a model that is not ready is repaired; undefined if it is ready, or if it was given. */
  readonly repair: ModelRow['repair'];
}

/** The given or selected model, or undefined if the user cancels or runs another command. */
export async function pickModelRow(
  server: Server,
  given: CommandArguments,
  question: ModelQuestion,
): Promise<PickedModel | undefined> {
  const place = addActiveFile(given);
  if (place.modelId !== undefined) {
    return { place, modelId: place.modelId, repair: undefined };
  }
  const listed = await executeOrExplain<ListModelsResult>(server, 'aloop.listModels', fileOf(place));
  if (listed === undefined) {
    return undefined;
  }
  if (listed.models.length === 0) {
    await explainNoModel(listed);
    return undefined;
  }
  const picked = await showModels(listed, question, fileOf(place));
  return picked && { place, modelId: picked.modelId, repair: picked.repair };
}

interface ModelItem extends vscode.QuickPickItem {
  readonly row: ModelRow;
}

/** Shows the list. A button or a row of a command closes it and runs the command. */
function showModels(
  listed: ListModelsResult,
  question: ModelQuestion,
  place: CommandArguments,
): Promise<ModelRow | undefined> {
  const { title, placeHolder, commands = [] } = question;
  const box = vscode.window.createQuickPick<ModelItem | CommandRow | vscode.QuickPickItem>();
  box.title = title;
  box.placeholder = placeHolder;
  box.matchOnDescription = true;
  box.matchOnDetail = true;
  const groups = modelGroups(listed.models, { ...question, recent: recentModels.ids });
  box.items = [
    ...groups.flatMap(({ title: group, rows }) => [separator(group), ...rows.map(modelItem)]),
    ...(commands.length > 0 ? [separator(''), ...commands] : []),
  ];
  return new Promise((resolve) => {
    const end = (row: ModelRow | undefined): void => {
      resolve(row);
      box.hide();
    };
    box.onDidAccept(() => {
      const [item] = box.selectedItems;
      end(item !== undefined && 'row' in item ? item.row : undefined);
      if (item !== undefined && 'command' in item) {
        void vscode.commands.executeCommand(item.command, place);
      }
    });
    box.onDidTriggerItemButton(({ item, button }) => {
      const action = Object.values(ACTIONS).find(({ title: tooltip }) => tooltip === button.tooltip);
      end(undefined);
      if ('row' in item && action !== undefined) {
        void vscode.commands.executeCommand(action.command, { ...place, modelId: item.row.modelId });
      }
    });
    box.onDidHide(() => {
      resolve(undefined);
      box.dispose();
    });
    box.show();
  });
}

function modelItem(row: ModelRow): ModelItem {
  const { label, description, detail, actions } = row;
  const buttons = actions.map((action) => ({
    iconPath: new vscode.ThemeIcon(ACTIONS[action].icon),
    tooltip: ACTIONS[action].title,
  }));
  return { label, description, ...(detail === undefined ? {} : { detail }), buttons, row };
}

function separator(label: string): vscode.QuickPickItem {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

/** The models that the user selects of those that are ready; undefined on cancel, or if no model is ready. */
export async function pickModels(
  server: Server,
  question: { readonly title: string; readonly placeHolder: string },
): Promise<{ readonly modelIds: readonly string[]; readonly isAll: boolean } | undefined> {
  const listed = await executeOrExplain<ListModelsResult>(server, 'aloop.listModels', fileOf(addActiveFile({})));
  if (listed === undefined) {
    return undefined;
  }
  const ready = modelGroups(listed.models.filter((model) => model.ready)).flatMap(({ rows }) => rows);
  if (ready.length === 0) {
    await (listed.models.length > 0 ? explainNoneReady() : explainNoModel(listed));
    return undefined;
  }
  const rows = ready.map((row) => ({ ...row, picked: true }));
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

async function explainNoneReady(): Promise<void> {
  const why = 'Show Why';
  if ((await vscode.window.showInformationMessage('No model is ready.', why)) === why) {
    await vscode.commands.executeCommand(MANAGE_ROW.command);
  }
}

export async function offerFirstModel(): Promise<void> {
  const add = 'Add Model…';
  if ((await vscode.window.showInformationMessage('No models yet. Add the first one.', add)) === add) {
    await vscode.commands.executeCommand('aloop.addModel');
  }
}
