// The spans of secrets, and the grammar that hides them before the extension runs.

import { describe, expect, it } from 'vitest';
import schema from '../../../schema/models.schema.json';
import grammar from '../../language/models.tmLanguage.json';
import manifest from '../../package.json';
import { moveSpans, SECRET_FIELDS, SECRET_SCOPE, secretSpans, secretStart, secretTokens } from '../../src/secret-spans';

const hidden = (text: string): string[] => secretSpans(text).map(({ start, end }) => text.slice(start, end));

describe('secretSpans', () => {
  it.each([
    ['    api_key: sk-1\n', ['sk-1']],
    ['    api_key: sk-1 # mine\n    name: x\n', ['sk-1']],
    ['    api_key: sk-1\r\n    name: x\r\n', ['sk-1']],
    ['    "api_key": "sk # 1"\n', ['"sk # 1"']],
    ["    api_key: 'it''s'\n", ["'it''s'"]],
    ['    api_key: "half\n', ['"half']],
    ['    api_key: a,b}c #d\n', ['a,b}c']],
    ['    api_key: a#b\n', ['a#b']],
    ['    api_key: &k sk-1\n', ['&k sk-1']],
    ['    api_key: *k\n    token: null\n    client_secret: ""\n', []],
    ['  a/b: {api_key: sk-1, name: x}\n', ['sk-1']],
    ['  a/b: {name: x, api_key: sk-1}\n', ['sk-1']],
    ['  a/b: {"api_key":"s,k","name":"x"}\n', ['"s,k"']],
    ['  a/b: {extra_headers: {Authorization: Bearer x}, timeout: 3}\n', ['{Authorization: Bearer x}']],
    ['  a/b: {\n    api_key: sk-1,\n    name: x }\n', ['sk-1,']],
    ['    aws_secret_access_key: abc/def+x=\n', ['abc/def+x=']],
    ['    api_key: a\n  c/d:\n    api_key: b', ['a', 'b']],
    ['    api_key: one\n      two\n    name: x\n', ['one', 'two']],
    ['    api_key: "one\n      two"\n    name: x\n', ['"one', 'two"']],
    ['    api_key: |\n      one: two\n\n      # three\n    name: x\n', ['one: two', '# three']],
    ['    api_key: >-\n      one\n    name: x\n', ['one']],
    ['    api_key:\n      one\n    name: x\n', ['one']],
    ['    api_key: sk-1\n      name: x\n', ['sk-1']],
    ['    api_key:\n    name: x\n', []],
    ['    extra_headers:\n      Authorization: Bearer x\n      X-Team: red # y\n', ['Bearer x', 'red # y']],
    ['    extra_headers:\n      X-Team: red\n    name: x\n', ['red']],
    ['    Authorization: Bearer x\n', ['Bearer x']],
    ['    name: GPT\n    timeout: 5\n    max_tokens: 5\n    prompt_cache_key: x\n', []],
    ['    # api_key: sk-12345\n', ['sk-12345']],
    ['    name: x # api_key=sk-12345\n', ['sk-12345']],
    ['# Authorization: Bearer abc123def\n', ['Bearer abc123def']],
    ['#   - api_key: API key\n  #   api_key: sk-ant-...\n', []],
    ['    other: gsk_0123456789abcdef0123\n', ['gsk_0123456789abcdef0123']],
    ['  openai/gpt-4o-2024-08-06\n  anthropic/claude-sonnet-5-5:\n', []],
    ['default: anthropic/claude-3-7-sonnet-20250219\n', []],
  ])('%j', (text, expected) => {
    expect(hidden(text)).toEqual(expected);
  });

  it.each([
    `    api_key: ${'x '.repeat(50_000)}`,
    'key'.repeat(50_000),
    ' '.repeat(100_000),
    '"'.repeat(19_000),
    `${'key-'.repeat(4000)}: `,
    `# ${'token '.repeat(3000)}`,
  ])('stays fast on a long line: %.20s', (text) => {
    const start = performance.now();
    secretSpans(text);
    expect(performance.now() - start).toBeLessThan(500);
  });
});

it.each([
  ['    api_key: ', 13],
  ['    api_key:', 12],
  ['# token=x', 8],
  ['    name: x', undefined],
])('the value of a secret field in %j starts at %s', (line, expected) => {
  expect(secretStart(line)).toBe(expected);
});

it.each([
  ['before', [{ rangeOffset: 0, rangeLength: 0, text: 'abc' }], [{ start: 13, end: 23 }]],
  ['after', [{ rangeOffset: 30, rangeLength: 2, text: '' }], [{ start: 10, end: 20 }]],
  ['inside', [{ rangeOffset: 12, rangeLength: 1, text: 'abc' }], [{ start: 10, end: 22 }]],
  ['at the end', [{ rangeOffset: 20, rangeLength: 0, text: 'x' }], [{ start: 10, end: 21 }]],
  ['over it', [{ rangeOffset: 8, rangeLength: 14, text: 'new key' }], [{ start: 8, end: 15 }]],
  ['its removal', [{ rangeOffset: 10, rangeLength: 10, text: '' }], []],
  [
    'two of a paste with two cursors',
    [
      { rangeOffset: 30, rangeLength: 0, text: 'x' },
      { rangeOffset: 0, rangeLength: 5, text: '' },
    ],
    [{ start: 5, end: 15 }],
  ],
])('a change moves a span: %s', (_case, changes, expected) => {
  expect(moveSpans([{ start: 10, end: 20 }], changes)).toEqual(expected);
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

describe('the grammar', () => {
  const { flow, block, comment } = {
    flow: grammar.repository['flow-value'].match,
    block: grammar.repository.value.match,
    comment: grammar.repository.commented.match,
  };

  it.each([flow, block, comment])('has every secret field of the schema: %.30s', (match) => {
    expect(match).toContain(SECRET_FIELDS.join('|'));
  });

  it('hides no field of the schema that is not secret', () => {
    for (const name of Object.keys(schema.definitions.profile.properties)) {
      const isSecret = SECRET_FIELDS.includes(name);
      expect(hidden(`    ${name}: some value\n  a/b: {${name}: other}`), name).toEqual(
        isSecret ? ['some value', 'other'] : [],
      );
    }
  });

  it('has a scope that package.json makes transparent', () => {
    const defaults = manifest.contributes.configurationDefaults;
    expect(defaults['editor.tokenColorCustomizations'].textMateRules).toEqual([
      { scope: SECRET_SCOPE, settings: { foreground: '#00000000' } },
    ]);
    expect(defaults['editor.semanticTokenColorCustomizations'].rules).toEqual({
      '*.secret:aloop-models': { foreground: '#00000000' },
    });
  });
});
