// aloop.getStarted: opens the walkthrough; a new user sees it once.

import * as vscode from 'vscode';
import { hasModelsFile } from '../models-file';
import type { RegisteredCommand } from './registered';

const WALKTHROUGH = 'aloop.aloop-models#firstModel';
/** Stores that the walkthrough needs not to be opened any more. */
const WELCOMED = 'welcomed';

export const getStarted: RegisteredCommand = {
  id: 'aloop.getStarted',
  async run() {
    await vscode.commands.executeCommand('workbench.action.openWalkthrough', WALKTHROUGH, false);
  },
};

/**
 * Opens the walkthrough in the first window after the installation, unless it has a models.yaml already. VS Code opens
 * no other walkthrough while its own is visible, so this waits until the user has closed it.
 */
export async function welcome(memory: vscode.Memento, hasFile: boolean): Promise<vscode.Disposable | undefined> {
  if (memory.get(WELCOMED) === true) {
    return undefined;
  }
  // The setting of VS Code for every extension's walkthrough.
  const mayOpen = vscode.workspace.getConfiguration('workbench').get('welcomePage.walkthroughs.openOnInstall', true);
  if (hasFile || !mayOpen) {
    await memory.update(WELCOMED, true);
    return undefined;
  }
  const open = async (): Promise<void> => {
    if (vscode.window.tabGroups.all.some(({ activeTab }) => isPage(activeTab))) {
      return;
    }
    listener.dispose();
    await memory.update(WELCOMED, true);
    // The user may have added a model meanwhile, in which case the tab in front is the file.
    if (!(await hasModelsFile())) {
      await vscode.commands.executeCommand(getStarted.id);
    }
  };
  const listener = vscode.window.tabGroups.onDidChangeTabs(() => void open());
  void open();
  return listener;
}

/** Whether the tab shows a page of VS Code, such as its own walkthrough, and not a file. */
function isPage(tab: vscode.Tab | undefined): boolean {
  return tab !== undefined && tab.input === undefined;
}
