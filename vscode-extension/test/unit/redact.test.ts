// The trace contains no part of a key in any message, and everything else can be read.

import { describe, expect, it } from 'vitest';
import { redactTrace } from '../../src/redact';

const SECRET = 'sk-ant-v8rx2zkq9w';
const KEY = 'q8w7e6r5t4y3u2i1o0pasdfghjkl';
const MASK = '••••••••';
const params = (value: unknown): string => `Params: ${JSON.stringify(value, null, 4)}\n\n`;
const result = (value: unknown): string => `Result: ${JSON.stringify(value, null, 4)}\n\n`;
const DOCUMENT = { uri: 'file:///w/.aloop/models.yaml', languageId: 'aloop-models', version: 1 };

/** One message of each kind that can contain a part of a key. */
const MESSAGES: Readonly<Record<string, string>> = {
  'an opened file': params({ textDocument: { ...DOCUMENT, text: `    api_key: ${SECRET}\n    token: ${KEY}\n` } }),
  'a changed file': params({ textDocument: DOCUMENT, contentChanges: [{ text: `api_key: ${KEY}` }] }),
  'a typed letter of a key': params({ contentChanges: [{ rangeLength: 0, text: KEY.slice(0, 7) }] }),
  'a saved file': params({ textDocument: DOCUMENT, text: KEY }),
  'an edit of a command': params({ edit: { documentChanges: [{ edits: [{ newText: `api_key: ${KEY}` }] }] } }),
  'a rename': params({ newName: KEY }),
  'a new key': params({ command: 'aloop.setKey', arguments: [{ provider: 'openai', apiKey: SECRET }] }),
  'a number as a key': params({ command: 'aloop.setKey', arguments: [{ apiKey: 48151623421234 }] }),
  fields: params({ arguments: [{ fields: { extra_headers: { 'x-key': KEY }, api_key: SECRET } }] }),
  'a checked value': params({ command: 'aloop.checkField', arguments: [{ field: 'api_key', value: KEY }] }),
  'an unknown argument': params({ command: 'aloop.addModel', arguments: [{ other: { deep: [KEY] } }] }),
  'an imported text': params({ command: 'aloop.importModels', arguments: [{ text: `key: ${KEY}` }] }),
  'words of a command line': params({ arguments: [{ words: ['add', `api_key=${KEY}`], word: KEY.slice(0, 9) }] }),
  'an ID that is a key': params({ arguments: [{ modelId: KEY }] }),
  'an ID with a key': params({ arguments: [{ modelId: `openai/${SECRET}` }] }),
  'completion with the typed word': result({
    items: [{ label: 'openai/', filterText: KEY, textEdit: { newText: KEY } }],
  }),
  'a secret field at any depth': result({ models: [{ settings: { aws_secret_access_key: KEY, token: SECRET } }] }),
  'a message with a key': result({ message: `Bad key ${SECRET}, and Bearer ${KEY}` }),
  'a key as a name': result({ [SECRET]: 1 }),
  'a whole message': JSON.stringify({ type: 'send-request', message: { params: { text: KEY } } }),
  'invalid JSON': `Params: {"text": "${KEY}`,
  'a line of the server': `Could not read ${SECRET}`,
};

const partsOf = (secret: string): string[] =>
  Array.from({ length: secret.length - 5 }, (_, at) => secret.slice(at, at + 6));

it.each(Object.entries(MESSAGES))('shows no part of a key in %s', (_name, entry) => {
  const shown = redactTrace(entry);
  expect([...partsOf(SECRET), ...partsOf(KEY)].filter((part) => shown.includes(part))).toEqual([]);
});

it('masks secrets of open documents in any text, also a part of one', () => {
  const entry = result({ message: `No entry ${KEY}.`, detail: `starts with ${KEY.slice(3, 12)}`, label: 'asdf' });
  const shown = redactTrace(entry, [KEY, 'ollama', 'not-needed-here']);
  expect(partsOf(KEY).filter((part) => shown.includes(part))).toEqual([]);
  expect(shown).toContain(`"message": "No entry ${MASK}."`);
  expect(shown).toContain(`"detail": "starts with ${MASK}"`);
  expect(redactTrace(result({ label: 'ollama/llama3.1' }), ['ollama'])).toContain('ollama/llama3.1');
});

describe('everything else can be read', () => {
  it.each([
    [{ textDocument: DOCUMENT, position: { line: 3, character: 12 } }, ['models.yaml', '"line": 3', '"character": 12']],
    [{ watchers: [{ globPattern: '**/.aloop/models.yaml' }] }, ['**/.aloop/models.yaml']],
    [
      {
        settings: { aloop: { server: { logLevel: 'debug' }, disabledRules: ['unknown-model'], files: ['~/.ouro/*'] } },
      },
      ['debug', 'unknown-model', '~/.ouro/*'],
    ],
    [
      { items: [{ label: 'claude-sonnet-5-5', detail: '200K · $3 / $15', kind: 7, sortText: '0001' }] },
      ['claude-sonnet-5-5', '200K · $3 / $15', '0001'],
    ],
    [
      { diagnostics: [{ code: 'unknown-field', message: "openai/gpt-4o: Unknown field 'timout': it has no effect." }] },
      ['unknown-field', "openai/gpt-4o: Unknown field 'timout': it has no effect."],
    ],
    [
      {
        command: 'aloop.switchModel',
        arguments: [{ modelId: 'anthropic/claude-3-5-sonnet-20241022', uri: DOCUMENT.uri }],
      },
      ['aloop.switchModel', 'anthropic/claude-3-5-sonnet-20241022', DOCUMENT.uri],
    ],
    [{ contents: { kind: 'markdown', value: '**GPT-4o** · 128K context' } }, ['**GPT-4o** · 128K context']],
    [{ data: [0, 2, 6, 0, 1] }, ['0,\n    2,\n    6']],
  ])('%#', (message, expected) => {
    const shown = redactTrace(params(message));
    for (const text of expected) {
      expect(shown).toContain(text);
    }
    expect(shown).not.toContain(MASK);
  });

  it('keeps headings', () => {
    const heading = "[Trace - 10:00:00] Sending request 'textDocument/hover - (1)'.";
    expect(redactTrace(heading)).toBe(heading);
  });
});
