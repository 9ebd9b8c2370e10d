// A pick list that also takes what is typed, for answers the list may not know yet.

import * as vscode from 'vscode';

export interface PickOrTypeQuestion {
  readonly title: string;
  readonly placeHolder: string;
  readonly rows: (typed: string) => Promise<PickRow[]>;
  /** What a typed text means; by default the text itself. */
  readonly meaning?: (typed: string) => string;
}

export interface PickRow extends vscode.QuickPickItem {
  /** What the choice of this row means. */
  readonly value: string;
}

/** The text is in the description: in the label it would match best and come before every listed row. */
function asTyped(value: string): PickRow {
  return { label: '$(edit)', description: `As typed: ${value}`, alwaysShow: true, value };
}

/**
 * A whole id of which no row has all parts comes first: the rows are then of a near spelling. Any other text comes
 * last.
 */
export function withTyped(rows: readonly PickRow[], value: string): PickRow[] {
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
  return isGuess ? [asTyped(value), ...rows] : [...rows, asTyped(value)];
}

/** The value of the chosen row, or what the typed text means; undefined where the person left. */
export function pickOrType(question: PickOrTypeQuestion): Promise<string | undefined> {
  const box = vscode.window.createQuickPick<PickRow>();
  box.title = question.title;
  box.placeholder = question.placeHolder;
  box.ignoreFocusOut = true;
  const meaning = question.meaning ?? ((typed) => typed);
  let asked = 0;
  let listed = Promise.resolve();
  /** The row that is what was typed, until VS Code has gone to it. */
  let due: PickRow | undefined;

  async function refresh(): Promise<void> {
    const turn = ++asked;
    const typed = box.value.trim();
    box.busy = true;
    const rows = await question.rows(typed);
    if (turn !== asked) {
      return;
    }
    const value = meaning(typed);
    due = typed === '' ? undefined : rows.find((row) => row.value === value);
    box.items = typed === '' || due !== undefined ? rows : withTyped(rows, value);
    if (due !== undefined) {
      // VS Code's own order may put a longer label first.
      box.activeItems = [due];
    }
    box.busy = false;
  }

  /** Who is faster than the list means what is typed, or the nearest to it. */
  async function chosenRow(): Promise<PickRow | undefined> {
    if (box.busy) {
      await listed;
      return due ?? box.items[0];
    }
    // VS Code may name a row of the list before, if Enter was pressed in the moment of the change.
    return due ?? box.selectedItems[0] ?? box.items[0];
  }

  return new Promise((resolve) => {
    box.onDidChangeActive(([row]) => {
      due = row === due ? undefined : due;
    });
    box.onDidChangeValue(() => {
      due = undefined;
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
