// Entry point: registers the commands, and starts the server when a models.yaml applies to the window.

import * as vscode from 'vscode';
import { agentTerminals } from './agent/agent-terminals';
import { registerSuggestionLink } from './box';
import { COMMANDS, disableRule, setUpServer, toggleKeys } from './commands';
import type { DisableRuleArguments } from './commands/disable-rule';
import { welcome } from './commands/get-started';
import { ContextKeys } from './context-keys';
import { KeyHider } from './hide-keys';
import { watchInterpreter } from './interpreter';
import { LanguageStatus } from './language-status';
import { explainUnavailable } from './messages';
import { hasModelsFile, isModelsFile } from './models-file';
import { keepOwnLanguage } from './own-language';
import { type CommandArguments, MODELS_FILE_GLOB } from './protocol';
import { recentModels } from './recent-models';
import { keepSelectedModel } from './selected-model';
import { Server } from './server';
import { StatusBar } from './status-bar';
import type { SetUpArguments } from './steps';
import { updateTerminalEnvironment } from './terminal-environment';
import { UnreadFiles } from './unread-file';

/** Stores the version for which the user declined the set-up. */
const DECLINED = 'setUpDeclined';

let running: Server | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const version: string = context.extension.packageJSON.version;
  const log = vscode.window.createOutputChannel('aloop models', { log: true });
  const server = new Server(log, {
    storage: context.globalStorageUri.fsPath,
    bundle: context.asAbsolutePath('dist'),
    version,
  });
  running = server;
  const hider = new KeyHider(server);
  recentModels.keepIn(context.workspaceState);
  const watcher = vscode.workspace.createFileSystemWatcher(MODELS_FILE_GLOB, false, true, true);

  const start = async (): Promise<void> => {
    if (server.condition.kind === 'stopped') {
      await server.start().catch(() => explainFailedStart(server, context.globalState, version));
    }
  };
  // biome-ignore lint/correctness/noUnusedVariables: ??= reads it
  let watching: Promise<void> | undefined;
  const statusBar = new StatusBar(server, (session) => agentTerminals.nameOf(session));
  const contextKeys = new ContextKeys(server);
  let greeting: vscode.Disposable | undefined;
  const startIfNeeded = async (): Promise<void> => {
    const hasFile = await hasModelsFile();
    statusBar.show(!hasFile);
    greeting?.dispose();
    greeting = await welcome(context.globalState, hasFile);
    if (hasFile) {
      contextKeys.foundFile();
      await start();
      watching ??= followInterpreter(context, () => unlessStopped(() => server.restartIfMoved()));
    }
  };
  const unlessStopped = async (restart: () => Promise<void>): Promise<void> => {
    if (server.condition.kind !== 'stopped') {
      await restart().catch(() => void explainUnavailable(server));
    }
  };
  const configurationChanged = (change: vscode.ConfigurationChangeEvent): void => {
    if (change.affectsConfiguration('aloop.server.logLevel')) {
      void unlessStopped(() => server.restart());
    } else if (change.affectsConfiguration('aloop.server.path')) {
      void unlessStopped(() => server.restartIfMoved());
    }
  };

  context.subscriptions.push(
    log,
    server,
    statusBar,
    agentTerminals.follow(server),
    agentTerminals.onDidChange(() => statusBar.update()),
    contextKeys,
    new LanguageStatus(server),
    hider,
    vscode.commands.registerCommand(toggleKeys.id, () => toggleKeys.run(hider)),
    updateTerminalEnvironment(server, context.environmentVariableCollection),
    keepSelectedModel(server),
    keepOwnLanguage(),
    new UnreadFiles(context.workspaceState),
    registerSuggestionLink(),
    server.onDidGiveUp(() => void explainUnavailable(server)),
    { dispose: () => greeting?.dispose() },
    watcher,
    watcher.onDidCreate(start),
    vscode.workspace.onDidOpenTextDocument((document) => isModelsFile(document) && start()),
    vscode.workspace.onDidChangeWorkspaceFolders(startIfNeeded),
    vscode.workspace.onDidChangeConfiguration(configurationChanged),
    vscode.workspace.onDidGrantWorkspaceTrust(() => unlessStopped(() => server.restartIfMoved())),
    ...COMMANDS.map((command) =>
      vscode.commands.registerCommand(command.id, (given?: CommandArguments | vscode.Uri) =>
        command.run(server, toArguments(given)),
      ),
    ),
    vscode.commands.registerCommand(disableRule.id, (given?: DisableRuleArguments) =>
      disableRule.run(server, given ?? {}),
    ),
    vscode.commands.registerCommand(setUpServer.id, (given?: SetUpArguments) => setUpServer.run(server, given ?? {})),
  );
  // Not awaited: the start of the window must not wait for the disk.
  void startIfNeeded();
}

/** The buttons in the title bar of an editor pass its file. */
function toArguments(given: CommandArguments | vscode.Uri = {}): CommandArguments {
  return given instanceof vscode.Uri ? { uri: given.toString() } : given;
}

/** Stops the server; VS Code waits for it. */
export async function deactivate(): Promise<void> {
  await running?.stop();
}

/** Explains a failed automatic start. A user who declines the set-up is not asked again for this version. */
async function explainFailedStart(server: Server, memory: vscode.Memento, version: string): Promise<void> {
  const isNew = server.condition.kind === 'failed' && server.condition.reason === 'notInstalled';
  if (!isNew || memory.get(DECLINED) !== version) {
    const hasChosen = await explainUnavailable(server);
    if (isNew && !hasChosen) {
      await memory.update(DECLINED, version);
    }
  }
}

/** Follows the selected interpreter; called late, because it activates the Python extension. */
async function followInterpreter(context: vscode.ExtensionContext, changed: () => Promise<void>): Promise<void> {
  const subscription = vscode.workspace.isTrusted ? await watchInterpreter(() => void changed()) : undefined;
  if (subscription !== undefined) {
    context.subscriptions.push(subscription);
  }
}
