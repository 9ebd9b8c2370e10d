// Rows of the pick lists: marks and facts.

import { describe, expect, it } from 'vitest';
import { formatPrice, formatTokens, modelRows, sessionRows } from '../../src/pick-rows';
import { model, session } from './models';

describe('modelRows', () => {
  it('marks the current and the default model and keeps the order of the file', () => {
    const rows = modelRows([
      model('openai/gpt-4o', {
        displayName: 'GPT-4o',
        default: true,
        contextWindow: 128000,
        inputPrice: 2.5,
        outputPrice: 10,
      }),
      model('ollama/llama2', { current: true }),
    ]);
    expect(rows).toEqual([
      {
        label: 'GPT-4o',
        description: 'openai/gpt-4o · default',
        detail: 'openai · 128K context · $2.5 in / $10 out per 1M tokens',
        modelId: 'openai/gpt-4o',
      },
      { label: '$(check) ollama/llama2', description: 'current', detail: 'ollama', modelId: 'ollama/llama2' },
    ]);
  });

  it('says why a model is not ready, and counts its problems', () => {
    const [row] = modelRows([model('openai/gpt-4o', { ready: false, notReady: 'no API key', problems: 2 })]);
    expect(row?.detail).toBe('openai · not ready: no API key · 2 problems');
  });

  it('shows an icon in a name as text', () => {
    expect(modelRows([model('openai/x', { displayName: '$(check) x' })])[0]?.label).toBe('\\$(check) x');
  });
});

it.each([
  [4096, '4.1K'],
  [128000, '128K'],
  [200000, '200K'],
  [1000000, '1M'],
  [1048576, '1.05M'],
  [512, '512'],
])('formatTokens(%d) = %s', (tokens, text) => {
  expect(formatTokens(tokens)).toBe(text);
});

it.each([
  [2.5, '2.5'],
  [15, '15'],
  [0, '0'],
  [0.075, '0.075'],
  [0.00005, '0.0001'],
])('formatPrice(%d) = %s', (dollars, text) => {
  expect(formatPrice(dollars)).toBe(text);
});

it('offers all agents first', () => {
  const rows = sessionRows([session(11, 'openai/gpt-4o'), session(12, 'ollama/llama2', { folder: '/other' })]);
  expect(rows.map((row) => row.label)).toEqual(['All of them', 'Agent 11', 'Agent 12']);
  expect(rows.map((row) => row.session)).toEqual(['*', 's11', 's12']);
  expect(rows[2]).toMatchObject({ description: 'ollama/llama2', detail: '/other' });
});
