// Keeps the model selected for the next agent when the server restarts: only the server's memory has it.

import type { Disposable } from 'vscode';
import { isSwitchable, type ModelsState } from './protocol';
import type { Server } from './server';

/** Whether a switch to the model selects it for the next agent; with a running agent, it would switch that agent. */
export function canSelect(state: ModelsState, modelId: string): boolean {
  const known = state.models.find((model) => model.modelId === modelId);
  // The server refuses a model that it has not.
  const isReady = known === undefined ? (state.moreModels ?? 0) > 0 : known.ready;
  return isReady && !state.sessions.some(isSwitchable);
}

export function keepSelectedModel(server: Server): Disposable {
  let kept: string | undefined;
  let lastResult: Server['initializeResult'];
  return server.onDidChange(() => {
    const { initializeResult, models } = server;
    if (models === undefined || initializeResult === undefined) {
      return;
    }
    const isNew = initializeResult !== lastResult;
    lastResult = initializeResult;
    const selected = models.models.find((model) => model.selected);
    if (isNew && kept !== undefined && kept !== selected?.modelId && canSelect(models, kept)) {
      // Refused only if the file changed in the meantime; then no model is selected.
      void server.execute('aloop.switchModel', { modelId: kept }).catch(() => undefined);
    } else {
      // The default model needs no selection.
      kept = selected?.default ? undefined : selected?.modelId;
    }
  });
}
