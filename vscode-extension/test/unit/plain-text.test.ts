// Text that VS Code shows as it is.

import { expect, it } from 'vitest';
import { boxText, plainText } from '../../src/plain-text';

it.each([
  ['$(bug) a', '\\$(bug) a'],
  ['a\nb\u202ec', 'a b c'],
])('plainText(%j)', (text, expected) => {
  expect(plainText(text)).toBe(expected);
});

it('breaks a link in a prompt or a validation message', () => {
  expect(boxText('api_base: [Use this](command:aloop.x) $(x)')).toBe('api_base: [Use this] (command:aloop.x) \\$(x)');
});
