// Tells a person what came of a command, with the next step as a button.

import * as vscode from 'vscode';
import type { CommandArguments, CommandResult, ServerCommand } from './protocol';
import { asRefusal, nextSteps } from './refusal';
import { ServerUnavailable, type Server } from './server';

/** Runs a server command; a refusal is shown with its next steps, and the result is then undefined. */
export async function executeOrExplain<Result extends CommandResult>(
  server: Server,
  command: ServerCommand,
  args: CommandArguments,
): Promise<Result | undefined> {
  try {
    return await server.execute<Result>(command, args);
  } catch (error) {
    await explain(server, command, args, error);
    return undefined;
  }
}

export async function explain(server: Server, command: ServerCommand, args: CommandArguments, error: unknown): Promise<void> {
  if (error instanceof ServerUnavailable) {
    await explainUnavailable(server);
    return;
  }
  const refusal = asRefusal(error);
  if (refusal === null) {
    server.log.appendLine(`${command} failed: ${error instanceof Error ? error.message : 'unknown error'}`);
    await offer(vscode.window.showErrorMessage, 'The aloop server could not answer. Restart it, or see the log.', [
      { title: 'Restart Server', command: 'aloop.restartServer' },
      { title: 'Show Log', command: 'aloop.showLog' },
    ]);
    return;
  }
  await offer(vscode.window.showWarningMessage, refusal.message, nextSteps(command, args, refusal));
}

/** Why there is no server, and what to do about it. */
export async function explainUnavailable(server: Server): Promise<void> {
  if (server.condition.kind !== 'failed') {
    return;
  }
  const setPath = { title: 'Set Path…', command: 'workbench.action.openSettings', arguments: 'aloop.server.path' };
  await offer(vscode.window.showErrorMessage, server.condition.message, [
    ...(server.condition.canSetPath ? [setPath] : []),
    { title: 'Try Again', command: 'aloop.restartServer' },
    { title: 'Show Log', command: 'aloop.showLog' },
  ]);
}

/** The result's message, which has its warnings in it; `open` adds a button that opens the entry. */
export async function tell(result: CommandResult, open?: CommandArguments): Promise<void> {
  const steps = open === undefined ? [] : [{ title: 'Open models.yaml', command: 'aloop.openModels', arguments: open }];
  const show = result.warnings?.length ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  await offer(show, result.message, steps);
}

interface Step {
  readonly title: string;
  readonly command: string;
  readonly arguments?: CommandArguments | string;
}

async function offer(
  show: (message: string, ...items: Step[]) => Thenable<Step | undefined>,
  message: string,
  steps: readonly Step[],
): Promise<void> {
  const chosen = await show(message, ...steps);
  if (chosen !== undefined) {
    await vscode.commands.executeCommand(chosen.command, chosen.arguments);
  }
}
