// Whether a new server may be told what a person chose for the next agent.

import { describe, expect, it } from 'vitest';
import { canBeChosen } from '../../src/choice';
import { model, session, state } from './models';

const gpt = model('openai/gpt-4o', { default: true });
const llama = model('ollama/llama2');
const models = [gpt, llama];

describe('canBeChosen', () => {
  it.each([
    ['it is ready and nobody runs', state({ models }), true],
    ['an agent of the window runs', state({ models, sessions: [session(1, gpt.modelId)] }), false],
    ['an agent elsewhere runs', state({ models, sessions: [session(1, gpt.modelId, { switchable: false })] }), true],
    ['it is not ready', state({ models: [model(llama.modelId, { ready: false })] }), false],
    ['it left the file', state({ models: [gpt] }), false],
  ])('%s', (_case, given, expected) => {
    expect(canBeChosen(given, llama.modelId)).toBe(expected);
  });
});
