// The rows of models on this machine, and the text that adds them.

import { expect, it } from 'vitest';
import { type LocalModel, localRows, newModels, readReport, textOf } from '../../src/local-models';

const model = (modelId: string, more: Partial<LocalModel> = {}): LocalModel => ({
  modelId,
  fields: { api_base: 'http://127.0.0.1:11434' },
  detail: '',
  configured: false,
  ...more,
});
const LLAMA = model('ollama/llama3.1:8b', { detail: '8B · 4.9 GB' });
const KNOWN = model('ollama/qwen3:4b', { configured: true });
const ODD = model('ollama/hf.co/a/$(bug)\u202e', { detail: '$(x)' });
const OLLAMA = { name: 'Ollama', url: 'http://127.0.0.1:11434' };

it('groups the models by server, those of models.yaml last', () => {
  const servers = [
    { ...OLLAMA, models: [KNOWN, LLAMA, ODD] },
    { name: 'LM Studio', url: 'http://127.0.0.1:1234', models: [], problem: 'needs an API key' },
    { name: 'vLLM', url: 'http://127.0.0.1:8000', models: [] },
  ];
  expect(localRows({ servers, message: '' })).toEqual([
    { label: 'Ollama · http://127.0.0.1:11434' },
    { label: 'llama3.1:8b', description: '8B · 4.9 GB', picked: false, model: LLAMA },
    { label: 'hf.co/a/\\$(bug) ', description: '\\$(x)', picked: false, model: ODD },
    { label: 'qwen3:4b', description: 'already in models.yaml', model: KNOWN },
    { label: 'LM Studio · http://127.0.0.1:1234 · needs an API key' },
    { label: 'vLLM · http://127.0.0.1:8000 · no models' },
  ]);
});

it('picks the only new model', () => {
  const found = { servers: [{ ...OLLAMA, models: [KNOWN, LLAMA] }], message: '' };
  expect(localRows(found).map((row) => row.picked)).toEqual([undefined, true, undefined]);
  expect(newModels(found)).toEqual([LLAMA]);
});

it('adds the models as entries', () => {
  expect(JSON.parse(textOf([LLAMA, KNOWN]))).toEqual({
    models: {
      'ollama/llama3.1:8b': { api_base: 'http://127.0.0.1:11434' },
      'ollama/qwen3:4b': { api_base: 'http://127.0.0.1:11434' },
    },
  });
});

it('reads the report, a refusal or nothing', () => {
  const report = { servers: [], message: 'No model server was found on this machine.' };
  expect(readReport(JSON.stringify(report))).toEqual(report);
  expect(readReport('{"error": {"message": "It is not this machine.", "reason": "x"}}')).toBe(
    'It is not this machine.',
  );
  expect([readReport(''), readReport('Traceback'), readReport('{}')]).toEqual([undefined, undefined, undefined]);
});
