// The Add Model box: a pick list whose rows follow the typed text. A provider continues in the same box.

import * as vscode from 'vscode';
import type { AddRow } from './add-rows';
import { leaveBox, showBox } from './hand-over';

export interface SearchQuestion {
  readonly title: string;
  readonly placeholder: string;
  /** The text that is already in the box. */
  readonly typed: string;
  readonly rows: (typed: string) => Promise<readonly AddRow[]>;
}

export interface Found {
  readonly row: AddRow;
  /** The text in the box. */
  readonly typed: string;
}

/** The selected row, or undefined if the user cancels. */
export function askSearch(question: SearchQuestion): Promise<Found | undefined> {
  const box = vscode.window.createQuickPick<AddRow>();
  box.title = question.title;
  box.placeholder = question.placeholder;
  box.ignoreFocusOut = true;
  // The server has sorted the rows. VS Code has this property, but its API does not document it.
  Object.assign(box, { sortByLabel: false });
  box.value = question.typed;
  /** The texts before each selected provider, for Back. */
  const before: string[] = [];
  let asked = 0;
  let listed = Promise.resolve();
  /** The row that equals the typed text, until VS Code has activated it. */
  let exact: AddRow | undefined;

  async function refresh(): Promise<void> {
    const turn = ++asked;
    const typed = box.value.trim();
    box.busy = true;
    const rows = await question.rows(typed);
    if (turn !== asked) {
      return;
    }
    exact = rows.find((row) => row.value === typed && !row.isTyped);
    box.items = rows;
    if (exact !== undefined) {
      box.activeItems = [exact];
    }
    box.busy = false;
  }

  function search(text: string): void {
    box.value = text;
    box.buttons = before.length > 0 ? [vscode.QuickInputButtons.Back] : [];
    listed = refresh();
  }

  /** The selected row. If Enter was pressed before the list was updated: the row of the typed text, or the first. */
  async function chosenRow(): Promise<AddRow | undefined> {
    if (box.busy) {
      await listed;
      return exact ?? box.items[0];
    }
    // While the list changes, VS Code may report a row of the previous list.
    return exact ?? box.selectedItems[0] ?? box.items[0];
  }

  return new Promise((resolve) => {
    const finish = (found: Found | undefined): void => {
      asked = -1;
      vscode.Disposable.from(...listeners).dispose();
      leaveBox(box);
      resolve(found);
    };
    const listeners = [
      box.onDidChangeActive(([row]) => {
        exact = row === exact ? undefined : exact;
      }),
      box.onDidChangeValue(() => {
        exact = undefined;
        listed = refresh();
      }),
      box.onDidTriggerButton(() => {
        search(before.pop() ?? '');
        // A click leaves the focus on the button.
        void vscode.commands.executeCommand('workbench.action.focusQuickOpen');
      }),
      box.onDidAccept(async () => {
        const row = await chosenRow();
        if (row?.value?.endsWith('/') && row.value !== box.value) {
          before.push(box.value);
          search(row.value);
        } else if (row?.value !== undefined || row?.isLocal) {
          finish({ row, typed: box.value });
        }
      }),
      box.onDidHide(() => finish(undefined)),
    ];
    showBox(box);
    listed = refresh();
  });
}
