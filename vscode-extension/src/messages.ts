// Shows results and errors of commands, with the next steps as buttons.

import * as vscode from 'vscode';
import type { CommandArguments, CommandResult, ServerCommand } from './protocol';
import { nextSteps, toRefusal } from './refusal';
import { type Server, ServerUnavailable } from './server';
import { RESTART, SHOW_LOG, type Step, TRY_AGAIN } from './steps';

/** The longest message, in characters, that VS Code shows in full without a button. */
const ONE_LINE = 50;

export const OPEN_FILE: Step = { title: 'Open models.yaml', command: 'aloop.openModels' };

type Show = (message: string, ...items: Step[]) => Thenable<Step | undefined>;

/** Runs a server command. A refusal is shown with its next steps, and the result is undefined. */
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

/** Runs a command and shows its message, or why it failed. */
export async function runAndShow(server: Server, command: ServerCommand, args: CommandArguments): Promise<void> {
  const result = await executeOrExplain(server, command, args);
  if (result !== undefined) {
    showResult(result);
  }
}

/** Shows why a command failed, with the next steps. */
export function explain(server: Server, command: ServerCommand, args: CommandArguments, error: unknown): void {
  if (error instanceof ServerUnavailable) {
    void explainUnavailable(server);
    return;
  }
  const refusal = toRefusal(error);
  if (refusal === null) {
    server.log.appendLine(`${command} failed: ${error instanceof Error ? error.message : 'unknown error'}`);
    showWarning('The aloop server could not run the command. Restart it, or see the log for details.', [
      RESTART,
      SHOW_LOG,
    ]);
    return;
  }
  showWarning(refusal.message, nextSteps(command, args, refusal));
}

/** Returns whether the server runs; if not, the reason has been shown. */
export async function startOrExplain(server: Server): Promise<boolean> {
  try {
    await server.start();
    return true;
  } catch {
    void explainUnavailable(server);
    return false;
  }
}

/** Shows why the server does not run. Returns false if the user chose none of the steps. */
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
  return showWithSteps(show, condition.message, steps);
}

/** Shows the message of a result, which includes its warnings. Without a button, VS Code shows one line only. */
export function showResult(result: CommandResult, steps: readonly Step[] = [OPEN_FILE]): void {
  const isLong = result.message.length > ONE_LINE || result.warnings?.length;
  const show: Show = result.warnings?.length ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  void showWithSteps(show, result.message, isLong ? steps : []);
}

export function showWarning(message: string, steps: readonly Step[]): void {
  void showWithSteps(vscode.window.showWarningMessage, message, steps);
}

async function showWithSteps(show: Show, message: string, steps: readonly Step[]): Promise<boolean> {
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

/** Types a line without running it: it may change the system. */
function typeInTerminal(line: string): void {
  const terminal = vscode.window.createTerminal({ name: 'aloop' });
  terminal.show();
  terminal.sendText(line, false);
}
