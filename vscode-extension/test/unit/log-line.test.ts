// The levels of lines in the log.

import { expect, it } from 'vitest';
import { LineBuffer, parseLogLine } from '../../src/log-line';

it.each([
  ['2026-11-28 22:00:00,123 WARNING The client sent a bad message', 'warn', 'The client sent a bad message'],
  ['2026-11-28 22:00:00,123 ERROR Internal error (bug 1a2b)', 'error', 'Internal error (bug 1a2b)'],
  ['2026-11-28 22:00:00,123 CRITICAL x', 'error', 'x'],
  ['2026-11-28 22:00:00,123 INFO x', 'info', 'x'],
  ['2026-11-28 22:00:00,123 DEBUG x', 'debug', 'x'],
  ['[Error - 10:00:00 AM] Request failed', 'error', 'Request failed'],
  ['[Info  - 10:00:00 AM] Connection closed', 'info', 'Connection closed'],
  ['[Warn  - 10:00:00 AM] x', 'warn', 'x'],
  ['plain text of a library', 'info', 'plain text of a library'],
])('%s', (line, level, text) => {
  expect(parseLogLine(line)).toEqual({ level, text });
});

it('waits for the end of a line that arrives in pieces', () => {
  const buffer = new LineBuffer();
  expect(buffer.add('one\ntw')).toEqual(['one']);
  expect(buffer.add('o\r\n\nthree')).toEqual(['two']);
  expect(buffer.add('\n')).toEqual(['three']);
});
