// Whether a restarted server can select the same model for the next agent.

import { describe, expect, it } from 'vitest';
import { canSelect } from '../../src/selected-model';
import { model, session, state } from './models';

const gpt = model('openai/gpt-4o', { default: true });
const llama = model('ollama/llama2');
const models = [gpt, llama];

describe('canSelect', () => {
  it.each([
    ['it is ready and no agent runs', state({ models }), true],
    ['an agent of the window runs', state({ models, sessions: [session(1, gpt.modelId)] }), false],
    ['an agent elsewhere runs', state({ models, sessions: [session(1, gpt.modelId, { switchable: false })] }), true],
    ['it is not ready', state({ models: [model(llama.modelId, { ready: false })] }), false],
    ['it was removed from the file', state({ models: [gpt] }), false],
    ['it is perhaps among those that are not listed', state({ models: [gpt], moreModels: 1 }), true],
    ['it is listed, and not ready', state({ models: [model(llama.modelId, { ready: false })], moreModels: 1 }), false],
  ])('%s', (_case, given, expected) => {
    expect(canSelect(given, llama.modelId)).toBe(expected);
  });
});
