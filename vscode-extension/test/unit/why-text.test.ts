// The page of “Why This Model?”.

import { describe, expect, it } from 'vitest';
import { type WhyFacts, whyText } from '../../src/why-text';
import { model, session, state } from './models';

const MODELS = [model('openai/gpt-4o', { displayName: 'GPT-4o' }), model('ollama/llama2')];
const facts = (over: Partial<WhyFacts>): WhyFacts => ({
  models: undefined,
  program: undefined,
  version: undefined,
  failure: undefined,
  doctor: undefined,
  ...over,
});
/** The text that the page shows. */
const shown = (markdown: string): string => markdown.replace(/\\(.)/g, '$1').replace(/^\[Switch Model….*\n\n?/m, '');
const why = (over: Parameters<typeof state>[0]): string =>
  shown(whyText(facts({ models: state({ file: '/w/.aloop/models.yaml', models: MODELS, ...over }) })));
const GPT = { modelId: 'openai/gpt-4o', displayName: 'GPT-4o' };
const LLAMA = { modelId: 'ollama/llama2', displayName: 'ollama/llama2' };

describe('whyText', () => {
  it.each([
    [
      { default: 'openai/gpt-4o', choice: GPT },
      'The next agent in this window will use GPT-4o (openai/gpt-4o) ' +
        'because it is the default model in /w/.aloop/models.yaml.',
    ],
    [
      { default: 'openai/gpt-4o', choice: LLAMA },
      'will use ollama/llama2 because it is selected in this window. ' +
        'The default model in /w/.aloop/models.yaml is openai/gpt-4o.',
    ],
    [{ choice: LLAMA }, 'or is the first model that is ready. /w/.aloop/models.yaml has no default model.'],
    [
      { default: 'openai/gone', choice: LLAMA },
      'The default model in /w/.aloop/models.yaml is not defined: openai/gone.',
    ],
    [{ choice: null }, 'The next agent has no model'],
    [{ choice: null, models: [], file: null }, 'There is no models.yaml yet. Run “aloop: Add Model…” to add one.'],
    [
      { choice: GPT, default: GPT.modelId, problem: { line: 7, message: 'Broken (line 7).' } },
      'Broken (line 7). The last valid version is in use.\n\nThe next agent in this window will use GPT-4o',
    ],
    [{ choice: GPT, sessions: [session(7, 'ollama/llama2')] }, '- ollama/llama2: agent 7 in /work'],
  ])('%j', (over, expected) => {
    expect(why(over)).toContain(expected);
  });

  it('does not say that there is no model if the file is not valid and no valid version is known', () => {
    expect(why({ choice: null, models: [], problem: { line: 7, message: 'Broken (line 7).' } })).toBe(
      '# Why this model?\n\nBroken (line 7).\n\n',
    );
  });

  it('says which file was skipped, and what to do', () => {
    const skipped = [{ file: '/w/.aloop/models.yaml', reason: 'it belongs to another user', advice: 'Make it yours' }];
    expect(why({ choice: null, models: [], file: null, skipped })).toContain(
      'Skipped /w/.aloop/models.yaml: it belongs to another user. Make it yours.',
    );
  });

  it('shows the program and the output of doctor', () => {
    const text = whyText(
      facts({
        failure: 'It crashed.',
        program: { found: true, path: '/x/aloop-ls', source: 'managed' },
        version: '1.2.3',
        doctor: 'file  none\n\ncatalog  2026\n',
      }),
    );
    expect(shown(text)).toBe(
      '# Why this model?\n\nIt crashed.\n\n' +
        'The server is aloop-ls 1.2.3 installed by the extension: /x/aloop-ls\n\n' +
        '<details>\n<summary>Files, versions and packages (aloop models doctor)</summary>\n\n' +
        '    file  none\n\n    catalog  2026\n\n</details>\n',
    );
  });

  it('escapes the names in a file', () => {
    const choice = { modelId: 'a/b', displayName: '<b>[x](command:y)' };
    expect(whyText(facts({ models: state({ choice, default: 'a/b', models: MODELS }) }))).toContain(
      'will use \\<b\\>\\[x\\]\\(command:y\\) ',
    );
  });
});
