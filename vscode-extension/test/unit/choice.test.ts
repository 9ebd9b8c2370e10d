// What a person chose for the next agent, and whether a new server may be told it.

import { describe, expect, it } from 'vitest';
import { canBeChosen, chosenIn } from '../../src/choice';
import { model, session, state } from './models';

const gpt = model('openai/gpt-4o', { default: true });
const llama = model('ollama/llama2');
const models = [gpt, llama];

describe('chosenIn', () => {
  it.each([
    ['the default is no choice', state({ models, default: gpt.modelId, choice: gpt }), undefined],
    ['another than the default is one', state({ models, default: gpt.modelId, choice: llama }), llama.modelId],
    [
      'without a default the first ready one is no choice',
      state({ models: [model('openai/none', { ready: false }), llama], choice: llama }),
      undefined,
    ],
    ['nothing can be chosen', state(), undefined],
  ])('%s', (_case, given, expected) => {
    expect(chosenIn(given)).toBe(expected);
  });
});

describe('canBeChosen', () => {
  it.each([
    ['it is ready and nobody runs', state({ models }), true],
    ['an agent of the window runs', state({ models, sessions: [session(1, gpt.modelId)] }), false],
    ['an agent elsewhere runs', state({ models, sessions: [session(1, gpt.modelId, { here: false })] }), true],
    ['it is not ready', state({ models: [model(llama.modelId, { ready: false })] }), false],
    ['it left the file', state({ models: [gpt] }), false],
  ])('%s', (_case, given, expected) => {
    expect(canBeChosen(given, llama.modelId)).toBe(expected);
  });
});
