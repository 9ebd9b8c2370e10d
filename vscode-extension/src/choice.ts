// The model chosen for the next agent lives in the server's memory: kept here, and told to the server that comes after.

import type { Disposable } from 'vscode';
import type { ModelsState } from './protocol';
import type { Server } from './server';
import { agentsHere } from './status-text';

/** The model that a person chose for the next agent; undefined where it is the one that nobody had to choose. */
export function chosenIn(state: ModelsState): string | undefined {
  const unchosen = (state.models.find((model) => model.default) ?? state.models.find((model) => model.ready))?.modelId;
  return state.choice === null || state.choice.modelId === unchosen ? undefined : state.choice.modelId;
}

/** With an agent there, the switch would reach the agent. */
export function canBeChosen(state: ModelsState, modelId: string): boolean {
  return agentsHere(state).length === 0 && state.models.some((model) => model.modelId === modelId && model.ready);
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
    if (isNew && chosen !== undefined && canBeChosen(models, chosen)) {
      // Refused only where the file has changed in this moment: then nothing is chosen any more.
      void server.execute('aloop.switchModel', { modelId: chosen }).catch(() => undefined);
    } else {
      chosen = chosenIn(models);
    }
  });
}
