// Context keys for the walkthrough, menus and key bindings: whether the server runs, and whether there is a file and
// a model.

import { commands, type Disposable } from 'vscode';
import type { Server } from './server';

export class ContextKeys implements Disposable {
  private readonly current = new Map<string, boolean>();
  private readonly subscription: Disposable;

  constructor(private readonly server: Server) {
    this.subscription = server.onDidChange(() => this.update());
    this.update();
  }

  dispose(): void {
    this.subscription.dispose();
  }

  /** Commands about the file are offered from now on; without a server, it is not known whether it is still there. */
  foundFile(): void {
    this.set('aloop.hasFile', true);
  }

  private update(): void {
    const { condition, models } = this.server;
    this.set('aloop.serverRuns', condition.kind === 'running');
    if (models !== undefined) {
      this.set('aloop.hasFile', models.file !== null);
      this.set('aloop.hasModel', models.models.length > 0);
    }
  }

  private set(key: string, value: boolean): void {
    if (this.current.get(key) !== value) {
      this.current.set(key, value);
      void commands.executeCommand('setContext', key, value);
    }
  }
}
