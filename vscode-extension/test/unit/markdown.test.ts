// Markdown for tooltips: text stays text, and links run commands.

import { expect, it } from 'vitest';
import { commandLink, escapeMarkdown } from '../../src/markdown';

it.each([
  ['GPT-4o', 'GPT\\-4o'],
  ['[x](command:evil)', '\\[x\\]\\(command:evil\\)'],
  ['<img src=x>', '\\<img src=x\\>'],
  ['**bold** & $(check) `code`', '\\*\\*bold\\*\\* \\& \\$\\(check\\) \\`code\\`'],
  ['two\nlines', 'two lines'],
])('escapes %j', (text, escaped) => {
  expect(escapeMarkdown(text)).toBe(escaped);
});

it('encodes the arguments of a link', () => {
  expect(commandLink('Open', 'aloop.openModels')).toBe('[Open](command:aloop.openModels)');
  expect(commandLink('Set [x]', 'aloop.setKey', { modelId: 'a/b c)' })).toBe(
    '[Set \\[x\\]](command:aloop.setKey?%5B%7B%22modelId%22%3A%22a%2Fb%20c%29%22%7D%5D)',
  );
});
