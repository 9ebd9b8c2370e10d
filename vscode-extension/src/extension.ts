// Entry point: registers the commands, and starts the server once a models.yaml is in reach.

import * as vscode from 'vscode';
import { keepChoice } from './choice';
import { COMMANDS, setUpServer } from './commands';
import { registerWhyPage } from './commands/why-this-model';
import { keepContextKeys } from './context-keys';
import { HiddenKeys } from './hide-keys';
import { watchInterpreter } from './interpreter';
import { LanguageStatus } from './language-status';
import { explainUnavailable } from './messages';
import { isModelsFile, isModelsFileInReach } from './models-file';
import { keepOwnLanguage } from './own-language';
import { type CommandArguments, MODELS_FILE_GLOB } from './protocol';
import { Server } from './server';
import { StatusBar } from './status-bar';
import type { SetUpArguments } from './steps';
import { keepTerminalsTold } from './terminal-environment';

/** Remembers for which version the person did not want to be asked again. */
const DECLINED = 'setUpDeclined';

let running: Server | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const version: string = context.extension.packageJSON.version;
  const log = vscode.window.createOutputChannel('aloop models');
  const server = new Server(log, {
    storage: context.globalStorageUri.fsPath,
    bundle: context.asAbsolutePath('dist'),
    version,
  });
  running = server;
  const watcher = vscode.workspace.createFileSystemWatcher(MODELS_FILE_GLOB, false, true, true);

  const start = async (): Promise<void> => {
    if (server.condition.kind === 'stopped') {
      await server.start().catch(() => explainUnasked(server, context.globalState, version));
    }
  };
  // biome-ignore lint/correctness/noUnusedVariables: ??= reads it
  let following: Promise<void> | undefined;
  const startIfOfUse = async (): Promise<void> => {
    if (await isModelsFileInReach()) {
      await start();
      following ??= followInterpreter(context, () => ifUp(() => server.restartIfMoved()));
    }
  };
  const ifUp = async (restart: () => Promise<void>): Promise<void> => {
    if (server.condition.kind !== 'stopped') {
      await restart().catch(() => void explainUnavailable(server));
    }
  };
  const configurationChanged = (change: vscode.ConfigurationChangeEvent): void => {
    if (change.affectsConfiguration('aloop.server.logLevel')) {
      void ifUp(() => server.restart());
    } else if (change.affectsConfiguration('aloop.server.path')) {
      void ifUp(() => server.restartIfMoved());
    }
  };

  context.subscriptions.push(
    log,
    server,
    new StatusBar(server),
    new LanguageStatus(server),
    new HiddenKeys(server),
    keepTerminalsTold(server, context.environmentVariableCollection),
    keepContextKeys(server),
    keepChoice(server),
    keepOwnLanguage(),
    registerWhyPage(),
    server.onDidGiveUp(() => void explainUnavailable(server)),
    watcher,
    watcher.onDidCreate(start),
    vscode.workspace.onDidOpenTextDocument((document) => isModelsFile(document) && start()),
    vscode.workspace.onDidChangeWorkspaceFolders(startIfOfUse),
    vscode.workspace.onDidChangeConfiguration(configurationChanged),
    vscode.workspace.onDidGrantWorkspaceTrust(() => ifUp(() => server.restartIfMoved())),
    ...COMMANDS.map((command) =>
      vscode.commands.registerCommand(command.id, (given?: CommandArguments) => command.run(server, given ?? {})),
    ),
    vscode.commands.registerCommand(setUpServer.id, (given?: SetUpArguments) => setUpServer.run(server, given ?? {})),
  );
  // Not awaited: the window's start must not wait for the disk.
  void startIfOfUse();
}

/** VS Code waits for this, so that the server can end in good order. */
export async function deactivate(): Promise<void> {
  await running?.stop();
}

/** Nobody asked for the server here, so whoever does not want it set up is asked once only. */
async function explainUnasked(server: Server, memory: vscode.Memento, version: string): Promise<void> {
  const isNew = server.condition.kind === 'failed' && server.condition.reason === 'notInstalled';
  if (!isNew || memory.get(DECLINED) !== version) {
    const isTaken = await explainUnavailable(server);
    if (isNew && !isTaken) {
      await memory.update(DECLINED, version);
    }
  }
}

/** The Python extension is woken only where this one has something to do. */
async function followInterpreter(context: vscode.ExtensionContext, changed: () => Promise<void>): Promise<void> {
  const subscription = vscode.workspace.isTrusted ? await watchInterpreter(() => void changed()) : undefined;
  if (subscription !== undefined) {
    context.subscriptions.push(subscription);
  }
}
