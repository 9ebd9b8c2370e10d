// The spans of secrets.

import { describe, expect, it } from 'vitest';
import { secretSpans, secretTokens } from '../../src/secret-spans';

const hidden = (text: string): string[] => secretSpans(text).map(({ start, end }) => text.slice(start, end));

describe('secretSpans', () => {
  it.each([
    ['    api_key: sk-1\n', ['sk-1']],
    ['    api_key: sk-1 # mine\n    name: x\n', ['sk-1']],
    ['    api_key: sk-1\r\n    name: x\r\n', ['sk-1']],
    ['    "api_key": "sk # 1"\n', ['"sk # 1"']],
    ["    api_key: 'it''s'\n", ["'it''s'"]],
    ['    api_key: "half\n', ['"half']],
    ['  a/b: {api_key: sk-1, name: x}\n', ['sk-1']],
    ['  a/b: {name: x, api_key: sk-1}\n', ['sk-1']],
    ['    aws_secret_access_key: abc/def+x=\n', ['abc/def+x=']],
    ['    api_key: a\n  c/d:\n    api_key: b', ['a', 'b']],
    ['    api_key:\n    name: x\n', []],
    ['    name: GPT\n    timeout: 5\n', []],
    ['    # api_key: sk-1\n', []],
    ['    my_api_key: x\n', []],
  ])('%j', (text, expected) => {
    expect(hidden(text)).toEqual(expected);
  });

  it('stays fast on a long line', () => {
    const text = `    api_key: ${'x '.repeat(50_000)}`;
    const start = performance.now();
    secretSpans(text);
    expect(performance.now() - start).toBeLessThan(200);
  });
});

it('decodes the tokens with the modifier secret', () => {
  const legend = { tokenModifiers: ['declaration', 'secret'] };
  // api_key on line 2, its value on the same line; a name on line 3; a secret on line 5.
  const data = [2, 4, 7, 2, 0, 0, 9, 10, 3, 2, 1, 4, 4, 2, 0, 2, 6, 3, 3, 3];
  expect(secretTokens(data, legend)).toEqual([
    { line: 2, start: 13, end: 23 },
    { line: 5, start: 6, end: 9 },
  ]);
});
