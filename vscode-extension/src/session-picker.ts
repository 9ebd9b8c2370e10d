// Pick lists of running agents: the row of the terminal in front is selected, and a row shows its terminal.

import * as vscode from 'vscode';
import { agentTerminals } from './agent/agent-terminals';
import { type AgentPlace, type SessionRow, sessionRow, sessionRows } from './pick-rows';
import type { Session } from './protocol';

const GO_TO_TERMINAL: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('terminal'),
  tooltip: 'Go to Terminal',
};

type SessionItem = vscode.QuickPickItem & SessionRow;

/** The ID of the selected session, or `ALL_SESSIONS` with `offersAll`; undefined if the user cancels. */
export function pickSession(
  sessions: readonly Session[],
  question: { readonly title: string; readonly placeHolder: string; readonly offersAll: boolean },
): Promise<string | undefined> {
  const box = vscode.window.createQuickPick<SessionItem>();
  const rows = question.offersAll ? sessionRows(sessions, placeOf) : sessions.map((each) => sessionRow(each, placeOf));
  const items = rows.map((row) => ({ ...row, buttons: terminalOf(row) === undefined ? [] : [GO_TO_TERMINAL] }));
  box.title = question.title;
  box.placeholder = question.placeHolder;
  box.matchOnDescription = true;
  box.matchOnDetail = true;
  box.items = items;
  box.activeItems = items.filter((item) => terminalOf(item) === vscode.window.activeTerminal).slice(0, 1);
  return new Promise((resolve) => {
    const end = (session: string | undefined): void => {
      resolve(session);
      box.hide();
    };
    box.onDidChangeActive(([item]) => item && terminalOf(item)?.show(true));
    box.onDidAccept(() => end(box.selectedItems[0]?.session));
    box.onDidTriggerItemButton(({ item }) => {
      end(undefined);
      terminalOf(item)?.show();
    });
    box.onDidHide(() => {
      resolve(undefined);
      box.dispose();
    });
    box.show();
  });
}

function terminalOf({ session }: Pick<SessionRow, 'session'>): vscode.Terminal | undefined {
  return agentTerminals.terminalOf({ id: session });
}

function placeOf(session: Session): AgentPlace {
  const terminal = agentTerminals.terminalOf(session);
  return {
    name: agentTerminals.nameOf(session),
    hasTerminal: terminal !== undefined,
    isInFront: terminal !== undefined && terminal === vscode.window.activeTerminal,
  };
}
