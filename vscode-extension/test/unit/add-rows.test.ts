// The rows of the Add Model box.

import { expect, it } from 'vitest';
import { addRows, addTypedRow } from '../../src/add-rows';
import type { Candidate } from '../../src/protocol';

const row = (value: string) => ({ label: '', description: '', alwaysShow: true as const, value });
const values = (ids: string[], typed: string) => addTypedRow(ids.map(row), typed).map(({ value }) => value);
const candidate = (value: string, detail = '', label?: string) => ({ value, detail, ...(label ? { label } : {}) });
const rowsOf = (candidates: Candidate[], typed: string) => addRows({ candidates, typed });
const labels = (...given: Parameters<typeof rowsOf>) => rowsOf(...given).map(({ label }) => label);

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
])('%s is last where rows match', (typed, ids) => {
  expect(values(ids, typed)).toEqual([...ids, typed]);
});

it.each(['', 'gpt', 'claude son', '/a', 'anthropic/', 'anthropic/a'])('%s is not added if it is no new ID', (typed) => {
  expect(values(['anthropic/a'], typed)).toEqual(['anthropic/a']);
});

it('shows the name, the ID and the facts of each row', () => {
  const candidates = [
    candidate('mistral/', 'Mistral AI'),
    candidate('xai/', '5 models', 'xAI'),
    candidate('openai/gpt-6', '1M · $2 in / $10 out'),
    candidate('anthropic/a', '1M', 'Claude A'),
    candidate('anthropic/b', '200K · retires 2026-11-30'),
    candidate('groq/', 'groq'),
  ];
  expect(rowsOf(candidates, 'x/y').map(({ label, description }) => [label, description])).toEqual([
    ['$(edit) Add “x/y”', 'as typed'],
    ['$(server) Mistral AI', 'mistral'],
    ['$(server) xAI', 'xai · 5 models'],
    ['$(sparkle) openai/gpt-6', '1M · $2 in / $10 out'],
    ['$(sparkle) Claude A', 'anthropic/a · 1M'],
    ['$(warning) anthropic/b', '200K · retires 2026-11-30'],
    ['$(server) groq', ''],
  ]);
});

it('does not render an icon that a name contains', () => {
  expect(labels([candidate('openai/$(bug)')], 'x')[0]).toBe('$(sparkle) openai/\\$(bug)');
});

it('offers local servers first in the empty box', () => {
  expect(labels([candidate('openai/')], '')).toEqual(['$(radio-tower) Local server…', '$(server) openai']);
});

it.each(['local', 'LOCAL', 'olla', 'llama.c', 'lm st'])('offers local servers second for %s', (typed) => {
  expect(labels([candidate('ollama/'), candidate('openai/')], typed)[1]).toBe('$(radio-tower) Local server…');
});

it.each(['lo', 'openai', 'locally'])('does not offer local servers for %s', (typed) => {
  expect(labels([candidate('openai/')], typed)).not.toContain('$(radio-tower) Local server…');
});

it('asks for the name where no model is known', () => {
  const question = {
    field: 'modelId',
    prompt: 'Model of OpenRouter: type its name after openrouter/',
    placeholder: 'openrouter/VENDOR/MODEL',
    secret: false,
    required: true,
  };
  const row = (given: object) => addRows({ candidates: [], typed: 'openrouter/', ...given });
  expect(row({ question })).toEqual([
    {
      label: '$(info) Model of OpenRouter: type its name after openrouter/',
      description: 'openrouter/VENDOR/MODEL',
      alwaysShow: true,
    },
  ]);
  expect(row({})[0]?.label).toBe('$(info) Type the name of the model after openrouter/');
});

it('asks for a complete ID where nothing is found', () => {
  expect(labels([], 'foobar')).toEqual(['$(info) No model found. Type a complete ID: provider/model']);
});
