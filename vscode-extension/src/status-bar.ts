// The status bar item: shows the model of the agents in this window; a click switches it.

import * as vscode from 'vscode';
import type { Server } from './server';
import { statusText } from './status-text';

const WARNING = new vscode.ThemeColor('statusBarItem.warningBackground');

export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('aloop.model', vscode.StatusBarAlignment.Right, 100);
  private readonly subscription: vscode.Disposable;

  constructor(private readonly server: Server) {
    this.item.name = 'aloop model';
    this.subscription = server.onDidChange(() => this.update());
    this.update();
  }

  dispose(): void {
    this.subscription.dispose();
    this.item.dispose();
  }

  private update(): void {
    const { condition, models } = this.server;
    if (condition.kind === 'stopped') {
      this.item.hide();
      return;
    }
    this.item.backgroundColor = undefined;
    if (condition.kind === 'failed') {
      this.item.text = '$(warning) aloop';
      this.item.tooltip = `${condition.message}\nClick to restart the server.`;
      this.item.command = 'aloop.restartServer';
      this.item.backgroundColor = WARNING;
    } else if (models === undefined) {
      this.item.text = '$(loading~spin) aloop';
      this.item.tooltip = 'The aloop server is starting.';
      this.item.command = 'aloop.showLog';
    } else {
      const shown = statusText(models);
      this.item.text = shown.text;
      this.item.tooltip = shown.tooltip;
      // Without the URI, the command would open the file of the active editor.
      this.item.command = shown.isWarning
        ? { title: '', command: shown.command, arguments: [{ uri: models.uri ?? undefined }] }
        : shown.command;
      this.item.backgroundColor = shown.isWarning ? WARNING : undefined;
    }
    this.item.show();
  }
}
