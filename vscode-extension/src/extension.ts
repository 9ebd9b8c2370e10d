// Entry point: registers the commands, and starts the server once a models.yaml is in reach.

import * as vscode from 'vscode';
import { COMMANDS } from './commands';
import { explainUnavailable } from './messages';
import { isModelsFile, isModelsFileInReach } from './models-file';
import { MODELS_FILE_GLOB, type CommandArguments } from './protocol';
import { Server } from './server';
import { StatusBar } from './status-bar';

const RESTARTING_SETTINGS = ['aloop.server.path', 'aloop.server.logLevel'];

let running: Server | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('aloop models');
  const server = new Server(log);
  running = server;
  const watcher = vscode.workspace.createFileSystemWatcher(MODELS_FILE_GLOB, false, true, true);
  const start = async (): Promise<void> => {
    if (server.condition.kind === 'stopped') {
      await server.start().catch(() => explainUnavailable(server));
    }
  };
  const restartIfUp = async (): Promise<void> => {
    if (server.condition.kind !== 'stopped') {
      await server.restart().catch(() => explainUnavailable(server));
    }
  };

  context.subscriptions.push(
    log,
    server,
    new StatusBar(server),
    watcher,
    watcher.onDidCreate(start),
    vscode.workspace.onDidOpenTextDocument((document) => isModelsFile(document) && start()),
    vscode.workspace.onDidChangeConfiguration((change) => RESTARTING_SETTINGS.some((setting) => change.affectsConfiguration(setting)) && restartIfUp()),
    vscode.workspace.onDidGrantWorkspaceTrust(restartIfUp),
    ...COMMANDS.map((command) =>
      vscode.commands.registerCommand(command.id, (given?: CommandArguments) => command.run(server, given ?? {})),
    ),
  );
  // Not awaited: the window's start must not wait for the disk.
  void isModelsFileInReach().then((isInReach) => (isInReach ? start() : undefined));
}

/** VS Code waits for this, so that the server can end in good order. */
export async function deactivate(): Promise<void> {
  await running?.stop();
}
