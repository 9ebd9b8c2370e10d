// Protocol values for the tests.

import type { DetailedModel, ModelsState, Session } from '../../src/protocol';

export function model(modelId: string, over: Partial<DetailedModel> = {}): DetailedModel {
  return {
    modelId,
    name: null,
    displayName: modelId,
    provider: modelId.split('/', 1)[0] ?? '',
    current: false,
    default: false,
    selected: false,
    ready: true,
    apiKey: '••••••••',
    detail: '',
    ...over,
  };
}

export function session(pid: number, modelId: string, over: Partial<Session> = {}): Session {
  const id = `s${pid}`;
  return { id, kind: 'interactive', modelId, displayName: modelId, folder: '/work', pid, switchable: true, ...over };
}

export function state(over: Partial<ModelsState> = {}): ModelsState {
  return {
    file: null,
    uri: null,
    default: null,
    current: null,
    choice: null,
    label: '',
    sessions: [],
    models: [],
    ...over,
  };
}
