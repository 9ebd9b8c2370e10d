// The line of an entry in models.yaml.

import { describe, expect, it } from 'vitest';
import { entryLine } from '../../src/entry-line';

describe('entryLine', () => {
  const text =
    'models:\r\n  # openai/gpt-4o: old\r\n  openai/gpt-4o-mini:\r\n  "openai/gpt-4o":\r\n    name: x\r\n' +
    '  ollama/llama2:7b:\r\n  openai/gpt-4o#work:\r\ndefault: openai/gpt-4o';

  it.each([
    ['openai/gpt-4o', 3],
    ['openai/gpt-4o-mini', 2],
    ['ollama/llama2:7b', 5],
    ['openai/gpt-4o#work', 6],
    ['openai/gpt.4o', 0],
    ['a/(', 0],
  ])('%s is on line %d', (modelId, line) => {
    expect(entryLine(text, modelId)).toBe(line);
  });
});
