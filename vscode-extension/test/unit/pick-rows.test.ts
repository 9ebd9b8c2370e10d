// Rows of the pick lists: marks and facts.

import { describe, expect, it } from 'vitest';
import { modelRows, sessionRows } from '../../src/pick-rows';
import { model, session } from './models';

describe('modelRows', () => {
  it('marks the current and the default model and keeps the order of the file', () => {
    const rows = modelRows([
      model('openai/gpt-4o', {
        displayName: 'GPT-4o',
        default: true,
        detail: 'openai · 128K',
      }),
      model('ollama/llama2', { current: true }),
    ]);
    expect(rows).toEqual([
      {
        label: 'GPT-4o',
        description: 'openai/gpt-4o · default',
        detail: 'openai · 128K',
        modelId: 'openai/gpt-4o',
      },
      { label: '$(check) ollama/llama2', description: 'current', detail: '', modelId: 'ollama/llama2' },
    ]);
  });

  it('shows an icon in a name as text', () => {
    expect(modelRows([model('openai/x', { displayName: '$(check) x' })])[0]?.label).toBe('\\$(check) x');
  });
});

it('offers all agents first', () => {
  const rows = sessionRows([session(11, 'openai/gpt-4o'), session(12, 'ollama/llama2', { folder: '/other' })]);
  expect(rows.map((row) => row.label)).toEqual(['All of them', 'Agent 11', 'Agent 12']);
  expect(rows.map((row) => row.session)).toEqual(['*', 's11', 's12']);
  expect(rows[2]).toMatchObject({ description: 'ollama/llama2', detail: '/other' });
});
