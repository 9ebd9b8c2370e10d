// The position of the typed text in the rows.

import { expect, it, vi } from 'vitest';

vi.mock('vscode', () => ({}));

const { addTypedRow } = await import('../../src/pick-or-type');
const row = (value: string) => ({ label: '', value });
const values = (ids: string[], typed: string) => addTypedRow(ids.map(row), typed).map(({ value }) => value);

it.each([
  ['openai/gpt-7-sol', ['openai/gpt-6-sol', 'openai/gpt-6.1-sol']],
  ['openai/gpt-5o', ['openai/gpt-5-pro']],
  ['mycorp/model', []],
])('%s is first where the rows are guesses', (typed, ids) => {
  expect(values(ids, typed)).toEqual([typed, ...ids]);
});

it.each([
  ['anthropic/sonnet', ['anthropic/claude-sonnet-5-5']],
  ['openai/gpt5', ['openai/gpt-5', 'openai/gpt-5.6']],
  ['gpt', ['openai/', 'openai/gpt-6-sol']],
  ['claude son', ['anthropic/claude-sonnet-5-5']],
])('%s is last where rows match', (typed, ids) => {
  expect(values(ids, typed)).toEqual([...ids, typed]);
});
