// Which entries' keys are offered for a new model.

import { expect, it } from 'vitest';
import { entriesWithKey, keyOffers } from '../../src/key-offers';
import type { ShowModelResult } from '../../src/protocol';
import { model } from './models';

const shown = (modelId: string, over: Partial<ShowModelResult> = {}): ShowModelResult => ({
  ...model(modelId),
  message: '',
  fields: {},
  sameKeyAs: [],
  ...over,
});

it('looks at entries of the same provider that have a key', () => {
  const models = [model('openai/a'), model('openai/b', { apiKey: null }), model('openai_like/a'), model('openai/new')];
  expect(entriesWithKey(models, 'openai/new')).toEqual(['openai/a']);
});

it('offers each key once, and none for an address of its own', () => {
  const entries = [
    shown('openai/a', { displayName: 'A $(x)', sameKeyAs: ['openai/b', 'openai/c'] }),
    shown('openai/b'),
    shown('openai/d', { fields: { api_base: 'http://x' } }),
    shown('openai/e'),
  ];
  expect(keyOffers(entries)).toEqual([
    { label: '$(key) The key of A \\$(x)', description: 'and of 2 others', sameKeyAs: 'openai/a' },
    { label: '$(key) The key of openai/e', description: '', sameKeyAs: 'openai/e' },
  ]);
});
