// The status bar item: shows the model of the agents in this window; a click switches it.

import * as vscode from 'vscode';
import { commandLink, escapeMarkdown } from './markdown';
import type { Server } from './server';
import { LINKED_COMMANDS, type NameAgent, NO_FILE, type StatusText, statusText } from './status-text';

const WARNING = new vscode.ThemeColor('statusBarItem.warningBackground');

export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('aloop.model', vscode.StatusBarAlignment.Right, 100);
  private readonly subscription: vscode.Disposable;
  private hasNoFile = false;

  constructor(
    private readonly server: Server,
    private readonly nameAgent?: NameAgent,
  ) {
    this.item.name = 'LLM model (aloop)';
    this.subscription = server.onDidChange(() => this.update());
  }

  dispose(): void {
    this.subscription.dispose();
    this.item.dispose();
  }

  /** Shows the item: with `hasNoFile`, no server is started for this window. */
  show(hasNoFile: boolean): void {
    this.hasNoFile = hasNoFile;
    this.update();
  }

  /** Updates the item, for example after a terminal has another name. */
  update(): void {
    const { condition, models } = this.server;
    if (condition.kind === 'failed') {
      this.set({
        text: '$(warning) aloop',
        tooltip: [
          escapeMarkdown(condition.message),
          'Click to restart the server.',
          [
            commandLink('Restart Server', 'aloop.restartServer'),
            commandLink('Set Up Server…', 'aloop.setUpServer'),
            commandLink('Show Log', 'aloop.showLog'),
          ].join(' · '),
        ].join('\n\n'),
        command: 'aloop.restartServer',
        isWarning: true,
      });
    } else if (models !== undefined) {
      this.set(statusText(models, this.nameAgent), models.uri ?? undefined);
    } else if (condition.kind === 'stopped' && this.hasNoFile) {
      this.set(NO_FILE);
    } else {
      this.set({
        text: '$(loading~spin) aloop',
        tooltip: 'The aloop server is starting.',
        command: 'aloop.showLog',
        isWarning: false,
      });
    }
  }

  /** A problem of the file is opened in the file in use: without `uri`, it would be the one of the active editor. */
  private set({ text, tooltip, command, isWarning }: StatusText, uri?: string): void {
    const shown = new vscode.MarkdownString(tooltip);
    shown.isTrusted = { enabledCommands: LINKED_COMMANDS };
    this.item.text = text;
    this.item.tooltip = shown;
    this.item.command = command === 'aloop.openModels' ? { title: '', command, arguments: [{ uri }] } : command;
    this.item.backgroundColor = isWarning ? WARNING : undefined;
    this.item.show();
  }
}
