// The status bar item: its text, its tooltip and its command.

import { describe, expect, it } from 'vitest';
import { LINKED_COMMANDS, NO_FILE, type StatusText, statusText } from '../../src/status-text';
import { model, session, state } from './models';

const gpt = model('openai/gpt-4o', { displayName: 'GPT-4o', facts: '128K · $2.50 / $10' });
const llama = model('ollama/llama2', { displayName: 'Local Llama' });
const models = [gpt, llama];
const file = '/w/.aloop/models.yaml';
const onGpt = (pid: number) => session(pid, gpt.modelId, { displayName: 'GPT-4o' });

/** The tooltip without the escapes of Markdown. */
const plain = ({ tooltip }: StatusText): string => tooltip.replaceAll('\\', '');

describe('statusText', () => {
  it.each([
    ['GPT-4o (next agent)', '$(sparkle) GPT-4o (next agent)'],
    ['', '$(sparkle) Add model'],
    ['$(trash)\nGPT (next agent)', '$(sparkle) \\$(trash) GPT (next agent)'],
  ])('shows the label as text after an icon: %j', (label, text) => {
    expect(statusText(state({ label })).text).toBe(text);
  });

  it('adds a model on click if there is none', () => {
    expect(statusText(state()).command).toBe('aloop.addModel');
    expect(statusText(state({ models })).command).toBe('aloop.switchModel');
    expect(NO_FILE).toMatchObject({ text: '$(sparkle) Add model', command: 'aloop.addModel', isWarning: false });
  });

  it('has the facts of the next model, the file and links', () => {
    const next = state({ file, label: 'GPT-4o (next agent)', models: [{ ...gpt, selected: true }, llama] });
    expect(plain(statusText(next))).toBe(
      '**GPT-4o** · openai/gpt-4o · 128K · $2.50 / $10\n\n' +
        'The next agent in this window will use this model.\n\n' +
        'File: /w/.aloop/models.yaml\n\n' +
        '[Switch Model…](command:aloop.switchModel) · [Add Model…](command:aloop.addModel?%5B%7B%7D%5D) · ' +
        '[Open models.yaml](command:aloop.openModels?%5B%7B%7D%5D)',
    );
  });

  it('links only to commands that it may run', () => {
    const texts = [
      NO_FILE,
      statusText(state({ models: [{ ...gpt, default: true, ready: false }], default: gpt.modelId })),
      statusText(state({ models, default: 'a/b' })),
      statusText(state({ models })),
    ];
    const linked = texts.flatMap(({ tooltip }) => [...tooltip.matchAll(/command:([\w.]+)/g)].map(([, id]) => id));
    expect(linked.length).toBeGreaterThan(8);
    expect(LINKED_COMMANDS).toEqual(expect.arrayContaining(linked));
  });

  describe('warns if', () => {
    const broken = { ready: false, notReady: 'it has no API key' };
    it.each([
      [
        'the default model is not ready',
        { default: gpt.modelId, models: [{ ...gpt, ...broken, default: true }, llama] },
        'The default model GPT-4o is not ready: it has no API key.',
      ],
      [
        'the default model is not in the file',
        { default: 'openai/gone', models },
        'The default model is not in models.yaml: openai/gone.',
      ],
      [
        'the selected model is not ready',
        {
          default: llama.modelId,
          models: [
            { ...gpt, ...broken, selected: true },
            { ...llama, default: true },
          ],
        },
        'The selected model GPT-4o is not ready: it has no API key.',
      ],
      [
        'the current model is not ready',
        { models: [{ ...gpt, ...broken, current: true }, llama], sessions: [onGpt(7)] },
        'The current model GPT-4o is not ready: it has no API key.',
      ],
      ['no model is ready', { label: '', models: [{ ...gpt, ...broken }] }, 'No model is ready.'],
    ])('%s', (_case, over, text) => {
      const shown = statusText(state({ label: 'GPT-4o (next agent)', ...over }));
      expect(shown).toMatchObject({ isWarning: true, command: 'aloop.switchModel' });
      expect(shown.text).toMatch(/^\$\(warning\) (GPT-4o \(next agent\)|No model is ready)$/);
      expect(plain(shown).startsWith(text)).toBe(true);
    });
  });

  it('does not warn of another model that is not ready', () => {
    const others = [
      { ...gpt, default: true, selected: true },
      { ...llama, ready: false },
    ];
    expect(statusText(state({ label: 'GPT-4o', default: gpt.modelId, models: others })).isWarning).toBe(false);
  });

  describe('while the file is not valid', () => {
    const problem = { line: 7, message: 'models.yaml is not valid YAML (line 7).' };

    it.each([
      ['a model is known', { models, label: 'GPT-4o ×2' }, '$(warning) GPT-4o ×2'],
      ['no valid version is known', {}, '$(warning) models.yaml: line 7'],
      ['the file cannot be read', { problem: { line: null, message: 'No access.' } }, '$(warning) models.yaml'],
    ])('%s', (_case, over, text) => {
      expect(statusText(state({ file, problem, ...over }))).toMatchObject({
        text,
        command: 'aloop.openModels',
        isWarning: true,
      });
    });

    it.each([
      [
        { models, label: 'GPT-4o (next agent)' },
        'models.yaml is not valid YAML (line 7). The last valid version is in use.\n\nClick to go to line 7.\n\n',
      ],
      [{}, 'models.yaml is not valid YAML (line 7).\n\nClick to go to line 7.\n\n'],
    ])('says which version is in use, and what a click does', (over, text) => {
      expect(plain(statusText(state({ file, problem, ...over }))).startsWith(text)).toBe(true);
    });
  });

  it('says which file was skipped, and what to do', () => {
    const skipped = [{ file, reason: 'it belongs to another user', advice: 'Make it yours' }];
    const shown = statusText(state({ skipped }));
    expect(shown).toMatchObject({ text: '$(sparkle) Add model', isWarning: false });
    expect(plain(shown)).toContain(
      'No models yet. Click to add one.\n\nSkipped /w/.aloop/models.yaml: it belongs to another user.',
    );
  });

  it('says which agent runs a model that was removed from the file', () => {
    expect(plain(statusText(state({ models: [llama], sessions: [onGpt(7)] })))).toContain(
      '- **GPT-4o** (removed from file) – agent 7 in /work',
    );
  });

  it('names the agents as the window does', () => {
    const shown = statusText(state({ models, sessions: [onGpt(7), onGpt(8)] }), ({ pid }) => `aloop (${pid})`);
    expect(plain(shown)).toContain(
      '- **GPT-4o** · openai/gpt-4o · 128K · $2.50 / $10 – aloop (7) in /work\n- **GPT-4o**',
    );
  });
});
