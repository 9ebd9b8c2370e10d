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

  async function refresh(): Promise<void> {
    const turn = ++asked;
    const typed = box.value.trim();
    box.busy = true;
    const rows = await question.rows(typed);
    if (turn !== asked) {
      return;
    }
    const isListed = typed === '' || rows.some((row) => row.label === typed);
    box.items = isListed ? rows : [...rows, asTyped(typed)];
    box.busy = false;
  }

  return new Promise((resolve) => {
    box.onDidChangeValue(refresh);
    box.onDidAccept(() => {
      const chosen = box.selectedItems[0]?.typed ?? box.selectedItems[0]?.label ?? box.value.trim();
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
    void refresh();
  });
}
