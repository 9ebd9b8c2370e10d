// aloop.discoverModels: asks the model servers of this machine what they offer, and adds the selected models. Only the
// command line asks, in a process of its own: the language server opens no connection.

import * as vscode from 'vscode';
import { windowFolder } from '../agent/doctor';
import { type LocalModel, type LocalModels, type LocalRow, localRows, readReport, textOf } from '../local-models';
import { executeWithUndo, explain, showWarning, startOrExplain } from '../messages';
import { addActiveFile, fileOf } from '../model-picker';
import { findSibling, run } from '../programs';
import type { CommandArguments, ImportModelsResult } from '../protocol';
import type { Server } from '../server';
import { showAdded } from '../show-added';
import { SHOW_LOG } from '../steps';
import type { RegisteredCommand } from './registered';

const TITLE = 'Add Local Models';
const TIMEOUT_MS = 15_000;
const DOWNLOAD = 'https://ollama.com/download';
const ENTER_URL: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('link'), tooltip: 'Enter a URL…' };
const REFRESH: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('refresh'), tooltip: 'Search Again' };

type Row = LocalRow & vscode.QuickPickItem & { readonly next?: Next };
/** What the user selects instead of models. */
type Next = 'enterUrl' | 'searchAgain' | 'startOllama' | 'getOllama';

const NOTHING_FOUND: readonly Row[] = [
  { label: '$(terminal) Start Ollama', description: 'ollama serve', next: 'startOllama' },
  { label: '$(link) Enter a URL…', description: 'for another port', next: 'enterUrl' },
  { label: '$(refresh) Search Again', next: 'searchAgain' },
  { label: '$(link-external) Get Ollama', description: DOWNLOAD, next: 'getOllama' },
];

export const discoverModels: RegisteredCommand = {
  id: 'aloop.discoverModels',
  async run(server, given) {
    if (!(await startOrExplain(server))) {
      return;
    }
    const place = fileOf(addActiveFile(given));
    const chosen = await chooseModels(server, place);
    if (chosen === undefined) {
      return;
    }
    const models = chosen.filter((model) => !model.configured);
    if (models.length === 0) {
      const names = chosen.map((model) => model.modelId).join(', ');
      void vscode.window.showInformationMessage(`Already in models.yaml: ${names}`);
      return;
    }
    await addModels(server, place, models);
  },
};

/** Adds the models in one edit and opens the file at the first of them. */
async function addModels(server: Server, place: CommandArguments, models: readonly LocalModel[]): Promise<void> {
  const args = { ...place, text: textOf(models) };
  try {
    const change = await executeWithUndo<ImportModelsResult>(server, 'aloop.importModels', args);
    const [modelId] = change.result.added ?? [];
    await showAdded(server, modelId === undefined ? place : { ...place, modelId }, change);
  } catch (error) {
    explain(server, 'aloop.importModels', args, error);
  }
}

/** The selected models, or undefined if the user cancels or starts something else. */
async function chooseModels(server: Server, place: CommandArguments): Promise<readonly LocalModel[] | undefined> {
  let url: string | undefined;
  for (;;) {
    const chosen = await pickRows(server, place, url);
    if (chosen instanceof Error && url === undefined) {
      showWarning(chosen.message, [SHOW_LOG]);
      return undefined;
    }
    if (chosen === 'enterUrl' || chosen instanceof Error) {
      url = await askUrl(url, chosen instanceof Error ? chosen.message : undefined);
      if (url === undefined) {
        return undefined;
      }
    } else if (chosen === 'startOllama') {
      startOllama();
      return undefined;
    } else if (chosen === 'getOllama') {
      await vscode.env.openExternal(vscode.Uri.parse(DOWNLOAD));
      return undefined;
    } else if (chosen !== 'searchAgain') {
      return chosen;
    }
  }
}

type Chosen = readonly LocalModel[] | Next | Error | undefined;

/** Shows a list that is busy until the servers have answered. The result is an error if they could not be asked. */
function pickRows(server: Server, place: CommandArguments, url: string | undefined): Promise<Chosen> {
  const asking = new AbortController();
  const box = vscode.window.createQuickPick<Row>();
  box.title = TITLE;
  box.placeholder = `Looking for model servers ${url === undefined ? 'on this machine' : `at ${url}`}…`;
  box.matchOnDescription = true;
  box.ignoreFocusOut = true;
  box.busy = true;
  return new Promise((resolve) => {
    const end = (chosen: Chosen): void => {
      resolve(chosen);
      box.hide();
    };
    box.onDidTriggerButton((button) => end(button === ENTER_URL ? 'enterUrl' : 'searchAgain'));
    box.onDidAccept(() => {
      // Enter without a mark means the row at which the user is.
      const rows = box.selectedItems.length > 0 ? box.selectedItems : box.activeItems;
      const next = rows[0]?.next;
      const models = rows.flatMap(({ model }) => (model === undefined ? [] : [model]));
      if (next !== undefined || models.length > 0) {
        end(next ?? models);
      }
    });
    box.onDidHide(() => {
      asking.abort();
      resolve(undefined);
      box.dispose();
    });
    box.show();
    void discover(server, place, url, asking.signal).then((found) => {
      if (asking.signal.aborted) {
        return;
      }
      if (found instanceof Error) {
        end(found);
      } else {
        fill(box, found);
      }
    });
  });
}

function fill(box: vscode.QuickPick<Row>, found: LocalModels): void {
  const hasModels = found.servers.some(({ models }) => models.length > 0);
  box.busy = false;
  box.canSelectMany = hasModels;
  box.placeholder = hasModels ? 'Select the models to add' : found.message;
  box.buttons = hasModels ? [REFRESH, ENTER_URL] : [];
  const rows: Row[] = localRows(found).map((row) =>
    row.model === undefined ? { ...row, kind: vscode.QuickPickItemKind.Separator } : row,
  );
  box.items = hasModels ? rows : [...rows, ...NOTHING_FOUND];
  box.selectedItems = box.items.filter((row) => row.picked === true);
  // A list of several choices has no active row at first.
  box.activeItems = box.items.filter(({ model }) => model !== undefined && !model.configured).slice(0, 1);
}

/** The report of the command line, or why there is none. */
async function discover(
  server: Server,
  place: CommandArguments,
  url: string | undefined,
  signal: AbortSignal,
): Promise<LocalModels | Error> {
  const program = findSibling(server.location?.path, 'aloop');
  if (program === undefined) {
    return new Error('Local models cannot be found: the program aloop is not installed next to the server.');
  }
  const file = place.uri === undefined ? server.models?.file : vscode.Uri.parse(place.uri).fsPath;
  const options = [...(file == null ? [] : ['--config', file]), ...(url === undefined ? [] : ['--url', url])];
  const args = ['models', 'discover', '--json', ...options];
  const ended = await run(program, args, { cwd: windowFolder(server), timeout: TIMEOUT_MS, signal });
  const report = readReport(ended.stdout);
  if (report !== undefined) {
    return typeof report === 'string' ? new Error(report) : report;
  }
  if (!signal.aborted) {
    server.log.appendLine(`aloop models discover failed: ${ended.stderr.trim()}`);
  }
  return new Error('Local models cannot be found. See the log for details.');
}

/** Asks for a URL. The problem is that of the URL before, and is shown at once. */
function askUrl(before: string | undefined, problem: string | undefined): Promise<string | undefined> {
  const box = vscode.window.createInputBox();
  box.title = TITLE;
  box.prompt = 'URL of a model server on this machine';
  box.placeholder = 'http://127.0.0.1:5000';
  box.value = before ?? 'http://127.0.0.1:';
  box.valueSelection = [box.value.length, box.value.length];
  box.validationMessage = problem;
  box.ignoreFocusOut = true;
  return new Promise((resolve) => {
    box.onDidChangeValue(() => {
      box.validationMessage = undefined;
    });
    box.onDidAccept(() => {
      resolve(box.value.trim());
      box.hide();
    });
    box.onDidHide(() => {
      resolve(undefined);
      box.dispose();
    });
    box.show();
  });
}

function startOllama(): void {
  const terminal = vscode.window.createTerminal({ name: 'Ollama' });
  terminal.show();
  terminal.sendText('ollama serve');
}
