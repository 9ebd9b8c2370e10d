// The message of a result: the problem first.

import { expect, it } from 'vitest';
import { problemFirst } from '../../src/result-text';

const KEY = 'openai/gpt-4o: api_key looks like a key of Anthropic.';
const GIT = 'models.yaml is not ignored by git.';

it.each([
  ['no warning', { message: 'Removed One.' }, 'Removed One.'],
  ['one warning', { message: `Added GPT-4o. ${KEY}`, warnings: [KEY] }, `${KEY} Added GPT-4o.`],
  ['several', { message: `Added GPT-4o. ${KEY} ${GIT}`, warnings: [KEY, GIT] }, `${KEY} ${GIT} Added GPT-4o.`],
  ['on lines of their own', { message: `Added GPT-4o.\n${KEY}\n`, warnings: [KEY] }, `${KEY} Added GPT-4o.`],
  ['a text with $&', { message: 'Added $& now. Is $&.', warnings: ['Is $&.'] }, 'Is $&. Added $& now.'],
])('%s', (_case, result, text) => {
  expect(problemFirst(result)).toBe(text);
});
