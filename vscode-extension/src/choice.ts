// The model chosen for the next agent lives in the server's memory: kept here, and told to the server that comes after.

import type { Disposable } from 'vscode';
import { isSwitchable, type ModelsState } from './protocol';
import type { Server } from './server';

/** With an agent there, the switch would reach the agent. */
export function canBeChosen(state: ModelsState, modelId: string): boolean {
  return !state.sessions.some(isSwitchable) && state.models.some((model) => model.modelId === modelId && model.ready);
}

export function keepChoice(server: Server): Disposable {
  let chosen: string | undefined;
  let toldBy: Server['greeting'];
  return server.onDidChange(() => {
    const { greeting, models } = server;
    if (models === undefined || greeting === undefined) {
      return;
    }
    const isNew = greeting !== toldBy;
    toldBy = greeting;
    const selected = models.models.find((model) => model.selected);
    if (isNew && chosen !== undefined && chosen !== selected?.modelId && canBeChosen(models, chosen)) {
      // Refused only where the file has changed in this moment: then nothing is chosen any more.
      void server.execute('aloop.switchModel', { modelId: chosen }).catch(() => undefined);
    } else {
      // The default needs nobody's choice.
      chosen = selected?.default ? undefined : selected?.modelId;
    }
  });
}
