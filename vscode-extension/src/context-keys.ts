// What the walk-through and key bindings may ask: whether the server runs, and whether there is a model.

import { commands, type Disposable } from 'vscode';
import type { Server } from './server';

export function keepContextKeys(server: Server): Disposable {
  const told = new Map<string, boolean>();
  const tell = (key: string, value: boolean): void => {
    if (told.get(key) !== value) {
      told.set(key, value);
      void commands.executeCommand('setContext', key, value);
    }
  };
  const update = (): void => {
    tell('aloop.serverRuns', server.condition.kind === 'running');
    tell('aloop.hasModel', (server.models?.models.length ?? 0) > 0);
  };
  update();
  return server.onDidChange(update);
}
