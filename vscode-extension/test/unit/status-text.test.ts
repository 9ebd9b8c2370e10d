// The status bar item: its text, its tooltip and its command.

import { describe, expect, it } from 'vitest';
import { statusText } from '../../src/status-text';
import { model, session, state } from './models';

const gpt = model('openai/gpt-4o', { displayName: 'GPT-4o' });
const llama = model('ollama/llama2', { displayName: 'Local Llama' });
const models = [gpt, llama];
const onGpt = (pid: number) => session(pid, gpt.modelId, { displayName: 'GPT-4o' });

describe('statusText', () => {
  it.each([
    ['GPT-4o (next agent)', 'GPT-4o (next agent)'],
    ['', 'aloop: no model'],
    ['$(trash)\nGPT (next agent)', '\\$(trash) GPT (next agent)'],
  ])('shows the label as text: %j', (label, text) => {
    expect(statusText(state({ label })).text).toBe(text);
  });

  it('adds a model on click if there is none', () => {
    expect(statusText(state()).command).toBe('aloop.addModel');
    expect(statusText(state({ models })).command).toBe('aloop.switchModel');
  });

  describe('while the file is not valid', () => {
    const file = '/w/.aloop/models.yaml';
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

    it('says which version is in use, and what a click does', () => {
      expect(statusText(state({ file, problem, models, label: 'GPT-4o (next agent)' })).tooltip).toBe(
        `models.yaml is not valid YAML (line 7). The last valid version is in use.\n` +
          `File: ${file}\nClick to go to line 7.`,
      );
      expect(statusText(state({ file, problem })).tooltip).toBe(
        `models.yaml is not valid YAML (line 7).\nFile: ${file}\nClick to go to line 7.`,
      );
    });
  });

  it('says which file was skipped, and what to do', () => {
    const skipped = [{ file: '/w/.aloop/models.yaml', reason: 'it belongs to another user', advice: 'Make it yours' }];
    expect(statusText(state({ skipped }))).toMatchObject({
      text: 'aloop: no model',
      tooltip:
        'No models yet. Click to add one.\nSkipped /w/.aloop/models.yaml: it belongs to another user. Make it yours.',
      isWarning: false,
    });
  });

  it('says which agent runs a model that was removed from the file', () => {
    expect(statusText(state({ models: [llama], sessions: [onGpt(7)] })).tooltip).toContain(
      'GPT-4o (removed from file) – agent 7 in /work',
    );
  });
});
