// A pick list that also accepts the typed text, for values that the list does not know.

import * as vscode from 'vscode';

export interface PickOrTypeQuestion {
  readonly title: string;
  readonly placeHolder: string;
  readonly rows: (typed: string) => Promise<PickRow[]>;
  /** Converts the typed text to a value; by default the text itself. */
  readonly toValue?: (typed: string) => string;
}

export interface PickRow extends vscode.QuickPickItem {
  /** The result if this row is selected. */
  readonly value: string;
}

/** A row for the typed text, in the description: in the label, VS Code would sort it before all other rows. */
function typedRow(value: string): PickRow {
  return { label: '$(edit)', description: `As typed: ${value}`, alwaysShow: true, value };
}

/** Adds the typed text as a row: first if it is a complete ID that matches no row, otherwise last. */
export function addTypedRow(rows: readonly PickRow[], value: string): PickRow[] {
  const parts = value
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
  const isMatch = ({ value: other }: PickRow): boolean => {
    const squeezed = other.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
    let at = 0;
    return parts.every((part) => {
      at = squeezed.indexOf(part, at) + part.length;
      return at >= part.length;
    });
  };
  const isGuess = /\/./.test(value) && !rows.some(isMatch);
  return isGuess ? [typedRow(value), ...rows] : [...rows, typedRow(value)];
}

/** The value of the selected row or of the typed text, or undefined if the user cancels. */
export function pickOrType(question: PickOrTypeQuestion): Promise<string | undefined> {
  const box = vscode.window.createQuickPick<PickRow>();
  box.title = question.title;
  box.placeholder = question.placeHolder;
  box.ignoreFocusOut = true;
  const toValue = question.toValue ?? ((typed) => typed);
  let asked = 0;
  let listed = Promise.resolve();
  /** The row that equals the typed text, until VS Code has activated it. */
  let exact: PickRow | undefined;

  async function refresh(): Promise<void> {
    const turn = ++asked;
    const typed = box.value.trim();
    box.busy = true;
    const rows = await question.rows(typed);
    if (turn !== asked) {
      return;
    }
    const value = toValue(typed);
    exact = typed === '' ? undefined : rows.find((row) => row.value === value);
    box.items = typed === '' || exact !== undefined ? rows : addTypedRow(rows, value);
    if (exact !== undefined) {
      // VS Code may sort a longer ID first.
      box.activeItems = [exact];
    }
    box.busy = false;
  }

  /** The selected row. If Enter was pressed before the list was updated: the row of the typed text, or the first. */
  async function chosenRow(): Promise<PickRow | undefined> {
    if (box.busy) {
      await listed;
      return exact ?? box.items[0];
    }
    // While the list changes, VS Code may report a row of the previous list.
    return exact ?? box.selectedItems[0] ?? box.items[0];
  }

  return new Promise((resolve) => {
    box.onDidChangeActive(([row]) => {
      exact = row === exact ? undefined : exact;
    });
    box.onDidChangeValue(() => {
      exact = undefined;
      listed = refresh();
    });
    box.onDidAccept(async () => {
      const chosen = (await chosenRow())?.value;
      if (chosen !== undefined) {
        resolve(chosen);
        box.hide();
      }
    });
    box.onDidHide(() => {
      asked = -1;
      resolve(undefined);
      box.dispose();
    });
    box.show();
    listed = refresh();
  });
}
