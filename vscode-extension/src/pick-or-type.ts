// A pick list that also takes what is typed, for answers the list may not know yet.

import * as vscode from 'vscode';

export interface PickOrTypeQuestion {
  readonly title: string;
  readonly placeHolder: string;
  readonly rows: (typed: string) => Promise<vscode.QuickPickItem[]>;
}

interface PickRow extends vscode.QuickPickItem {
  readonly typed?: string;
}

/** The typed text stands in the description: in the label it would match best and come before every listed row. */
function asTyped(typed: string): PickRow {
  return { label: '$(edit) As typed', description: typed, alwaysShow: true, typed };
}

/** The label of the chosen row, or the typed text; undefined where the person left. */
export function pickOrType(question: PickOrTypeQuestion): Promise<string | undefined> {
  const box = vscode.window.createQuickPick<PickRow>();
  box.title = question.title;
  box.placeholder = question.placeHolder;
  box.ignoreFocusOut = true;
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
    due = rows.find((row) => row.label === typed);
    box.items = typed === '' || due !== undefined ? rows : [...rows, asTyped(typed)];
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
    return due ?? box.selectedItems[0];
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
      const row = await chosenRow();
      const chosen = row?.typed ?? row?.label ?? box.value.trim();
      if (chosen !== '') {
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
