// Input boxes and pick lists with a Back button, validation while typing, and a link to a page.

import * as vscode from 'vscode';
import { BACK } from './flow';
import { leaveBox, showBox } from './hand-over';
import { LiveCheck, VALID, type Verdict } from './live-check';
import { boxText } from './plain-text';
import type { Help } from './protocol';

/** The link in a validation message, which is not in the palette. */
const USE_SUGGESTION = 'aloop.useSuggestion';

/** Puts the suggestion into the box on screen. */
let useShownSuggestion: () => void = () => undefined;

export function registerSuggestionLink(): vscode.Disposable {
  return vscode.commands.registerCommand(USE_SUGGESTION, () => useShownSuggestion());
}

export interface TextQuestion {
  readonly title: string;
  readonly prompt: string;
  readonly placeholder?: string | undefined;
  /** The text that is already in the box. */
  readonly value?: string | undefined;
  readonly password?: boolean;
  /** Why the value is empty or was refused, shown until the value changes. */
  readonly problem?: string | undefined;
  readonly help?: Help | undefined;
  readonly canGoBack: boolean;
  readonly mayBeEmpty: boolean;
  /** The tooltip of a button that answers with an empty text. */
  readonly remove?: string | undefined;
  readonly check?: (text: string) => Promise<Verdict>;
  /** Gets every text, so that Back can show it again. */
  readonly onDidType?: (text: string) => void;
}

/** The typed text, `BACK`, or undefined if the user cancels. An error must be corrected; a warning may be ignored. */
export function askText(question: TextQuestion): Promise<string | typeof BACK | undefined> {
  const box = vscode.window.createInputBox();
  box.title = question.title;
  box.prompt = `${boxText(question.prompt)}${linkTo(question.help)}`;
  box.placeholder = question.placeholder ?? '';
  box.value = question.value ?? '';
  box.password = question.password ?? false;
  box.ignoreFocusOut = true;
  if (question.problem !== undefined) {
    box.validationMessage = boxText(question.problem);
  }
  let suggestion: string | null = null;
  const check = async (text: string): Promise<Verdict> => (text === '' ? VALID : (question.check?.(text) ?? VALID));
  const live = new LiveCheck(check, (verdict) => {
    suggestion = verdict.suggestion;
    showVerdict(box, verdict);
  });
  const useSuggestion = (): void => {
    if (suggestion !== null) {
      box.value = suggestion;
      // VS Code reports only what the user types.
      question.onDidType?.(suggestion);
      void live.now(suggestion);
    }
  };
  useShownSuggestion = useSuggestion;
  return promiseOf(box, question.canGoBack, (finish) => ({
    actions: [
      ...openHelp(question.help),
      ...(question.remove === undefined ? [] : [{ icon: 'trash', tooltip: question.remove, run: () => finish('') }]),
    ],
    listeners: [
      box.onDidChangeValue((text) => {
        question.onDidType?.(text);
        live.typed(text.trim());
      }),
      box.onDidAccept(async () => {
        const text = box.value.trim();
        if (text === '' && !question.mayBeEmpty) {
          box.validationMessage = 'Enter a value. Press Escape to cancel.';
          return;
        }
        box.busy = true;
        const { severity } = await live.now(text);
        box.busy = false;
        if (text !== box.value.trim()) {
          return;
        }
        if (severity === 'error') {
          useSuggestion();
        } else {
          finish(text);
        }
      }),
      { dispose: () => live.stop() },
    ],
  }));
}

export interface RowsQuestion<Row extends vscode.QuickPickItem> {
  readonly title: string;
  readonly placeholder: string;
  readonly rows: readonly Row[];
  /** The row that Enter selects at first; by default the first. */
  readonly active?: Row | undefined;
  readonly help?: Help | undefined;
  readonly canGoBack: boolean;
}

/** The selected row, `BACK`, or undefined if the user cancels. */
export function askRow<Row extends vscode.QuickPickItem>(
  question: RowsQuestion<Row>,
): Promise<Row | typeof BACK | undefined> {
  const box = vscode.window.createQuickPick<Row>();
  box.title = question.title;
  box.placeholder = question.placeholder;
  box.ignoreFocusOut = true;
  box.matchOnDescription = true;
  box.matchOnDetail = true;
  box.items = question.rows;
  if (question.active !== undefined) {
    box.activeItems = [question.active];
  }
  return promiseOf(box, question.canGoBack, (finish) => ({
    actions: openHelp(question.help),
    listeners: [
      box.onDidAccept(() => {
        const [row] = box.selectedItems;
        if (row !== undefined) {
          finish(row);
        }
      }),
    ],
  }));
}

/** A button in the title of a box. */
interface Action {
  readonly icon: string;
  readonly tooltip: string;
  readonly run: () => void;
}

/** Shows a box until it is answered. */
function promiseOf<Value>(
  box: vscode.InputBox | vscode.QuickPick<vscode.QuickPickItem>,
  canGoBack: boolean,
  listen: (finish: (value: Value) => void) => {
    readonly listeners: readonly vscode.Disposable[];
    readonly actions: readonly Action[];
  },
): Promise<Value | typeof BACK | undefined> {
  return new Promise((resolve) => {
    const finish = (value: Value | typeof BACK | undefined): void => {
      vscode.Disposable.from(...subscriptions).dispose();
      leaveBox(box);
      resolve(value);
    };
    const { listeners, actions } = listen(finish);
    const buttons = actions.map(({ icon, tooltip }) => ({ iconPath: new vscode.ThemeIcon(icon), tooltip }));
    box.buttons = [...(canGoBack ? [vscode.QuickInputButtons.Back] : []), ...buttons];
    const subscriptions = [
      ...listeners,
      box.onDidTriggerButton((button) => {
        if (button === vscode.QuickInputButtons.Back) {
          finish(BACK);
        } else {
          actions.find(({ tooltip }) => tooltip === button.tooltip)?.run();
        }
      }),
      box.onDidHide(() => finish(undefined)),
    ];
    showBox(box);
  });
}

function openHelp(help: Help | undefined): Action[] {
  return help === undefined
    ? []
    : [
        {
          icon: 'link-external',
          tooltip: help.title,
          run: () => void vscode.env.openExternal(vscode.Uri.parse(help.url)),
        },
      ];
}

/** A link at the end of a prompt. VS Code renders links in prompts and validation messages. */
function linkTo(help: Help | undefined): string {
  return help === undefined ? '' : ` [${boxText(help.title)}](${help.url})`;
}

function showVerdict(box: vscode.InputBox, { problem, severity, suggestion }: Verdict): void {
  const { Error: error, Warning: warning } = vscode.InputBoxValidationSeverity;
  const link = suggestion === null ? '' : ` [Use ${boxText(suggestion)}](command:${USE_SUGGESTION})`;
  box.validationMessage =
    problem === null
      ? undefined
      : {
          message: `${boxText(problem)}${link}`,
          severity: severity === 'warning' ? warning : error,
        };
}
