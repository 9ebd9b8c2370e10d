// The wording of the status-bar item for every state of default, choice and agents.

import { describe, expect, it } from 'vitest';
import { statusText } from '../../src/status-text';
import { model, session, state } from './models';

const gpt = model('openai/gpt-4o', { displayName: 'GPT-4o' });
const llama = model('ollama/llama2', { displayName: 'Local Llama' });
const models = [gpt, llama];
const onGpt = (pid: number) => session(pid, gpt.modelId, { displayName: 'GPT-4o' });
const onLlama = (pid: number) => session(pid, llama.modelId, { displayName: 'Local Llama' });

describe('statusText', () => {
  it.each([
    ['no agent, a default', state({ models, default: gpt.modelId }), 'GPT-4o (next agent)'],
    [
      'no agent, a choice over the default',
      state({ models, default: gpt.modelId, choice: llama }),
      'Local Llama (next agent)',
    ],
    [
      'no agent, no default, the first ready entry',
      state({ models, current: llama.modelId }),
      'Local Llama (next agent)',
    ],
    ['one agent', state({ models, sessions: [onGpt(1)] }), 'GPT-4o'],
    ['one agent, another choice', state({ models, choice: llama, sessions: [onGpt(1)] }), 'GPT-4o'],
    ['three agents on one model', state({ models, sessions: [onGpt(1), onGpt(2), onGpt(3)] }), 'GPT-4o ×3'],
    ['three agents on two models', state({ models, sessions: [onGpt(1), onLlama(2), onGpt(3)] }), '3 agents, 2 models'],
    [
      'a one-off task is not an agent of the window',
      state({ models, default: gpt.modelId, sessions: [session(1, llama.modelId, { kind: 'task' })] }),
      'GPT-4o (next agent)',
    ],
    ['a default that names nothing', state({ models, default: 'openai/gpt-9' }), 'aloop: no model'],
    ['an empty file', state(), 'aloop: no model'],
  ])('%s', (_case, given, text) => {
    expect(statusText(given).text).toBe(text);
  });

  it('adds on a click where there is nothing to switch to', () => {
    expect(statusText(state()).command).toBe('aloop.addModel');
    expect(statusText(state({ models })).command).toBe('aloop.switchModel');
  });

  it('shows an icon or a line break in a name as text', () => {
    const named = model('openai/gpt-4o', { displayName: '$(trash)\nGPT' });
    expect(statusText(state({ models: [named], default: named.modelId })).text).toBe('\\$(trash) GPT (next agent)');
  });

  describe('while the file is broken', () => {
    const file = '/w/.aloop/models.yaml';
    const problem = { line: 7, message: 'models.yaml is not valid YAML (line 7).' };

    it.each([
      ['the next agent', { models, choice: gpt }, '$(warning) GPT-4o (next agent)'],
      ['running agents', { models, sessions: [onGpt(1), onGpt(2)] }, '$(warning) GPT-4o ×2'],
      ['an agent whose model is not known', { sessions: [session(1, gpt.modelId)] }, '$(warning) openai/gpt-4o'],
      ['no valid version is known', {}, '$(warning) models.yaml: line 7'],
      ['the file cannot be read', { problem: { line: null, message: 'No access.' } }, '$(warning) models.yaml'],
    ])('%s', (_case, over, text) => {
      expect(statusText(state({ file, problem, ...over }))).toMatchObject({
        text,
        command: 'aloop.openModels',
        isWarning: true,
      });
    });

    it('says which version is in use, and where a click leads', () => {
      expect(statusText(state({ file, problem, models, choice: gpt })).tooltip).toBe(
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
        'No model yet. Click to add one.\nSkipped /w/.aloop/models.yaml: it belongs to another user. Make it yours.',
      isWarning: false,
    });
  });

  it('says which agent runs a model that left the file', () => {
    expect(statusText(state({ models: [llama], sessions: [onGpt(7)] })).tooltip).toContain(
      'GPT-4o (removed from file) – agent 7 in /work',
    );
  });
});
