// What goes with a removed entry.

import { expect, it } from 'vitest';
import type { ShowModelResult } from '../../src/protocol';
import { removalDetail } from '../../src/removal-text';

const detail = (over: Partial<ShowModelResult>): string =>
  removalDetail({
    message: '',
    modelId: 'openai/one',
    name: null,
    displayName: 'openai/one',
    provider: 'openai',
    current: false,
    default: false,
    selected: false,
    ready: true,
    apiKey: '••••••••',
    detail: '',
    fields: {},
    ...over,
  });

it.each<[Partial<ShowModelResult>, string]>([
  [{}, 'This deletes the entry and its API key from models.yaml.'],
  [{ apiKey: null }, 'This deletes the entry from models.yaml.'],
  [{ displayName: 'One' }, 'ID: openai/one. This deletes the entry and its API key from models.yaml.'],
  [
    { default: true, roles: ['fast'], fallback: 2 },
    'This deletes the entry and its API key from models.yaml. ' +
      'The model is the default model and the role fast and a fallback.',
  ],
  [{ sameKeyAs: ['a/b'] }, 'This deletes the entry from models.yaml. Its API key stays in a/b.'],
  [
    { sameKeyAs: ['a/1', 'a/2', 'a/3', 'a/4', 'a/5'] },
    'This deletes the entry from models.yaml. Its API key stays in a/1, a/2, a/3, 2 more.',
  ],
])('%j', (over, expected) => {
  expect(detail(over)).toBe(expected);
});
