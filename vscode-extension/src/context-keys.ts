// Context keys for the walkthrough and key bindings: whether the server runs, and whether there is a model.

import { commands, type Disposable } from 'vscode';
import type { Server } from './server';

export function keepContextKeys(server: Server): Disposable {
  const current = new Map<string, boolean>();
  const set = (key: string, value: boolean): void => {
    if (current.get(key) !== value) {
      current.set(key, value);
      void commands.executeCommand('setContext', key, value);
    }
  };
  const update = (): void => {
    set('aloop.serverRuns', server.condition.kind === 'running');
    set('aloop.hasModel', (server.models?.models.length ?? 0) > 0);
  };
  update();
  return server.onDidChange(update);
}
