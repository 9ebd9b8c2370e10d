// Shows results and errors of commands, with the next steps as buttons.

import * as vscode from 'vscode';
import { agentTerminals } from './agent/agent-terminals';
import { commandTerminal } from './agent/command-terminal';
import { withoutCommandLine } from './command-line-hints';
import { isSameUri } from './models-file';
import type { CommandArguments, CommandResult, ServerCommand } from './protocol';
import { nextSteps, toRefusal } from './refusal';
import { problemFirst } from './result-text';
import { type Server, ServerUnavailable } from './server';
import { RESTART, SET_UP_DETAIL, SHOW_LOG, type Step, TRY_AGAIN } from './steps';
import { contentOf, restore } from './undo';

/** The longest message, in characters, that VS Code shows in full without a button. */
const ONE_LINE = 50;

export const OPEN_FILE: Step = { title: 'Open models.yaml', command: 'aloop.openModels' };

type Show = (message: string, ...items: Step[]) => Thenable<Step | undefined>;

/**
 * Runs a server command, after the set-up of the server if that is needed. A refusal is shown with its next steps, and
 * the result is undefined.
 */
export async function executeOrExplain<Result extends CommandResult>(
  server: Server,
  command: ServerCommand,
  args: CommandArguments,
): Promise<Result | undefined> {
  if (!(await startOrExplain(server))) {
    return undefined;
  }
  try {
    return await server.execute<Result>(command, args);
  } catch (error) {
    explain(server, command, args, error);
    return undefined;
  }
}

/**
 * Runs a command and shows its message with the next steps and Undo if it changed the file, or why it failed. `changed`
 * has the `uri` of the file if it is another one than that of `args`.
 */
export async function runAndShow(
  server: Server,
  command: ServerCommand,
  args: CommandArguments,
  steps: readonly Step[] = [],
  changed: CommandArguments = args,
): Promise<void> {
  if (!(await startOrExplain(server))) {
    return;
  }
  try {
    const { result, undo } = await executeWithUndo(server, command, args, changed);
    showResult(result, [...steps, ...undo]);
  } catch (error) {
    explain(server, command, args, error);
  }
}

export interface Change<Result extends CommandResult> {
  readonly result: Result;
  /** The step Undo, or none if the command did not change the file or created it. */
  readonly undo: readonly Step[];
}

/** Runs a command that changes models.yaml, or the file of `changed`. Throws the refusal or `ServerUnavailable`. */
export async function executeWithUndo<Result extends CommandResult>(
  server: Server,
  command: ServerCommand,
  args: CommandArguments,
  changed: CommandArguments = args,
): Promise<Change<Result>> {
  const undo = await prepareUndo(server, changed);
  const result = await server.execute<Result>(command, args);
  return { result, undo: await undo(result) };
}

/**
 * Remembers models.yaml before a command. The returned function, called with the result, returns the step Undo, or none
 * if the command did not change the file or created it.
 */
async function prepareUndo(
  server: Server,
  args: CommandArguments,
): Promise<(result: CommandResult) => Promise<Step[]>> {
  const given = args.uri ?? server.models?.uri;
  if (given == null) {
    return async () => [];
  }
  const uri = vscode.Uri.parse(given);
  const openDocument = (): vscode.TextDocument | undefined =>
    vscode.workspace.textDocuments.find((document) => isSameUri(document.uri.toString(), given));
  const textBefore = openDocument()?.getText();
  const before = await contentOf(uri.fsPath);
  return async ({ saved }) => {
    const document = openDocument();
    if (saved === false && document !== undefined && textBefore !== undefined) {
      const { version } = document;
      const undo = async (): Promise<boolean> =>
        !document.isClosed && document.version === version && replaceText(document, textBefore);
      return document.getText() === textBefore ? [] : [undoStep(uri, undo)];
    }
    const after = await contentOf(uri.fsPath);
    if (before === undefined || after === undefined || before.equals(after)) {
      return [];
    }
    // An unsaved change would be in conflict with the file.
    const undo = async (): Promise<boolean> => !openDocument()?.isDirty && restore(uri.fsPath, before, after);
    return [undoStep(uri, undo)];
  };
}

function undoStep(uri: vscode.Uri, undo: () => Promise<boolean>): Step {
  return {
    title: 'Undo',
    run: async () => {
      if (!(await undo().catch(() => false))) {
        const open: Step = { ...OPEN_FILE, arguments: { uri: uri.toString() } };
        showWarning('Cannot undo: models.yaml has changed since.', [open]);
      }
    },
  };
}

async function replaceText(document: vscode.TextDocument, text: string): Promise<boolean> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
  return vscode.workspace.applyEdit(edit);
}

/** Shows why a command failed, with the next steps. */
export function explain(server: Server, command: ServerCommand, args: CommandArguments, error: unknown): void {
  if (error instanceof ServerUnavailable) {
    void explainUnavailable(server);
    return;
  }
  const refusal = toRefusal(error);
  if (refusal === null) {
    server.log.error(`${command} failed: ${error instanceof Error ? error.message : 'unknown error'}`);
    showWarning('The aloop server could not run the command. Restart it, or see the log for details.', [
      RESTART,
      SHOW_LOG,
    ]);
    return;
  }
  showWarning(agentTerminals.withNames(refusal.message), nextSteps(command, args, refusal));
}

/** Returns whether the server runs. If it is not installed, asks to set it up first; another reason is shown. */
export async function startOrExplain(server: Server): Promise<boolean> {
  try {
    await server.start();
    return true;
  } catch {
    const { condition } = server;
    if (condition.kind !== 'failed' || condition.reason !== 'notInstalled') {
      void explainUnavailable(server);
      return false;
    }
    const chosen = await vscode.window.showInformationMessage<Step>(
      'aloop needs its language server. Set it up now? (about 10 s)',
      { modal: true, detail: SET_UP_DETAIL },
      ...condition.steps,
    );
    if (chosen !== undefined) {
      await take(chosen);
    }
    return server.start().then(
      () => true,
      () => false,
    );
  }
}

/** Shows why the server does not run. Returns false if the user chose none of the steps. */
export async function explainUnavailable(server: Server): Promise<boolean> {
  const { condition } = server;
  if (condition.kind !== 'failed') {
    return true;
  }
  const offered = condition.steps.map((step) => ('command' in step ? step.command : step.title));
  const usual = [TRY_AGAIN, SHOW_LOG].filter((step) => !offered.includes(step.command));
  const steps = condition.reason === 'notInstalled' ? condition.steps : [...condition.steps, ...usual].slice(0, 3);
  const show: Show =
    condition.reason === 'notInstalled' ? vscode.window.showInformationMessage : vscode.window.showErrorMessage;
  return showWithSteps(show, condition.message, steps);
}

/** Shows the message of a result, its warnings first. Without a button, VS Code shows one line only. */
export function showResult(result: CommandResult, steps: readonly Step[] = []): void {
  const message = problemFirst(result);
  const show: Show = result.warnings?.length ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  void showWithSteps(show, message, steps.length === 0 && message.length > ONE_LINE ? [OPEN_FILE] : steps);
}

export function showWarning(message: string, steps: readonly Step[]): void {
  void showWithSteps(vscode.window.showWarningMessage, message, steps);
}

/** The most buttons of a message. */
const MOST_STEPS = 3;

async function showWithSteps(show: Show, message: string, steps: readonly Step[]): Promise<boolean> {
  const { text, steps: others } = withoutCommandLine(message);
  const titles = new Set(steps.map(({ title }) => title));
  const offered = [...steps, ...others.filter(({ title }) => !titles.has(title))].slice(0, MOST_STEPS);
  const chosen = await show(text, ...offered);
  if (chosen === undefined) {
    return false;
  }
  await take(chosen);
  return true;
}

async function take(step: Step): Promise<void> {
  if ('run' in step) {
    await step.run();
  } else if ('typed' in step) {
    typeInTerminal(step.typed);
  } else {
    await vscode.commands.executeCommand(step.command, step.arguments);
  }
}

/** Types a line without running it: it may change the system. */
function typeInTerminal(line: string): void {
  const terminal = commandTerminal();
  terminal.show();
  terminal.sendText(line, false);
}
