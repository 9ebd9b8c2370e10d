// Tells a person what came of a command, with the next step as a button.

import * as vscode from 'vscode';
import type { CommandArguments, CommandResult, ServerCommand } from './protocol';
import { asRefusal, nextSteps } from './refusal';
import { type Server, ServerUnavailable } from './server';
import { RESTART, SHOW_LOG, type Step, TRY_AGAIN } from './steps';

/** Characters of a notification that VS Code shows without a button. */
const ONE_LINE = 50;

export const OPEN_FILE: Step = { title: 'Open models.yaml', command: 'aloop.openModels' };

type Show = (message: string, ...items: Step[]) => Thenable<Step | undefined>;

/** Runs a server command; a refusal is shown with its next steps, and the result is then undefined. */
export async function executeOrExplain<Result extends CommandResult>(
  server: Server,
  command: ServerCommand,
  args: CommandArguments,
): Promise<Result | undefined> {
  try {
    return await server.execute<Result>(command, args);
  } catch (error) {
    explain(server, command, args, error);
    return undefined;
  }
}

/** Shows why a command failed; nobody waits for what the person makes of it. */
export function explain(server: Server, command: ServerCommand, args: CommandArguments, error: unknown): void {
  if (error instanceof ServerUnavailable) {
    void explainUnavailable(server);
    return;
  }
  const refusal = asRefusal(error);
  if (refusal === null) {
    server.log.appendLine(`${command} failed: ${error instanceof Error ? error.message : 'unknown error'}`);
    warn('The aloop server could not answer. Restart it, or see the log.', [RESTART, SHOW_LOG]);
    return;
  }
  warn(refusal.message, nextSteps(command, args, refusal));
}

/** True once the server runs; why it does not was said, with what to do about it. */
export async function startOrExplain(server: Server): Promise<boolean> {
  try {
    await server.start();
    return true;
  } catch {
    void explainUnavailable(server);
    return false;
  }
}

/** Why there is no server, and what to do about it; false where the person took none of the steps. */
export async function explainUnavailable(server: Server): Promise<boolean> {
  const { condition } = server;
  if (condition.kind !== 'failed') {
    return true;
  }
  const offered = condition.steps.map((step) => ('command' in step ? step.command : step.typed));
  const usual = [TRY_AGAIN, SHOW_LOG].filter((step) => !offered.includes(step.command));
  const steps = condition.reason === 'notInstalled' ? condition.steps : [...condition.steps, ...usual].slice(0, 3);
  const show: Show =
    condition.reason === 'notInstalled' ? vscode.window.showInformationMessage : vscode.window.showErrorMessage;
  return offer(show, condition.message, steps);
}

/**
 * The result's message, which has its warnings in it. VS Code shows more than its first line only where there is a
 * button.
 */
export function tell(result: CommandResult, steps: readonly Step[] = [OPEN_FILE]): void {
  const isLong = result.message.length > ONE_LINE || result.warnings?.length;
  const show: Show = result.warnings?.length ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  void offer(show, result.message, isLong ? steps : []);
}

export function warn(message: string, steps: readonly Step[]): void {
  void offer(vscode.window.showWarningMessage, message, steps);
}

async function offer(show: Show, message: string, steps: readonly Step[]): Promise<boolean> {
  const chosen = await show(message, ...steps);
  if (chosen === undefined) {
    return false;
  }
  if ('command' in chosen) {
    await vscode.commands.executeCommand(chosen.command, chosen.arguments);
  } else {
    typeInTerminal(chosen.typed);
  }
  return true;
}

/** The line waits for the person's Enter: it may ask for a password, or change the system. */
function typeInTerminal(line: string): void {
  const terminal = vscode.window.createTerminal({ name: 'aloop' });
  terminal.show();
  terminal.sendText(line, false);
}
