// The trace contains no key and no file text in any message.

import { expect, it } from 'vitest';
import { redactTrace } from '../../src/redact';

const SECRET = 'sk-ant-verysecret';
const OPENED = { textDocument: { uri: 'file:///m', languageId: 'yaml', text: `api_key: ${SECRET}` } };

it.each([
  ['an opened file', `Params: ${JSON.stringify(OPENED, null, 4)}\n\n`],
  ['a typed letter', `Params: ${JSON.stringify({ contentChanges: [{ text: SECRET }] })}`],
  [
    'a command',
    `Params: ${JSON.stringify({ command: 'aloop.setKey', arguments: [{ provider: 'openai', apiKey: SECRET }] })}`,
  ],
  ['fields', `Params: ${JSON.stringify({ arguments: [{ fields: { extra_headers: { 'x-key': SECRET } } }] })}`],
  ['an edit', `Params: ${JSON.stringify({ edit: { documentChanges: [{ edits: [{ newText: SECRET }] }] } })}`],
  ['an ID that is a key', `Params: ${JSON.stringify({ arguments: [{ modelId: SECRET }] })}`],
  ['a whole message', JSON.stringify({ type: 'send-request', message: { params: { text: SECRET } } })],
  ['invalid JSON', `Params: {"text": "${SECRET}`],
])('masks %s', (_case, entry) => {
  expect(redactTrace(entry)).not.toContain(SECRET);
});

it('keeps headings, methods, places and numbers', () => {
  expect(redactTrace("[Trace - 10:00:00] Sending request 'textDocument/hover - (1)'.")).toBe(
    "[Trace - 10:00:00] Sending request 'textDocument/hover - (1)'.",
  );
  const shown = redactTrace(
    'Params: {"command":"aloop.listModels","textDocument":{"uri":"file:///w/models.yaml","version":3}}',
  );
  expect(shown).toContain('aloop.listModels');
  expect(shown).toContain('file:///w/models.yaml');
  expect(shown).toContain('"version": 3');
});
