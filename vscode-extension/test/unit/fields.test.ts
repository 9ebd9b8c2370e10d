// Fields come from the JSON Schema; typed text becomes a value of the field's type.

import { expect, it } from 'vitest';
import { fieldNamed, fieldsOf, valueFromText } from '../../src/fields';

it('offers what the provider takes and nothing that is never passed on', () => {
  const names = (modelId: string) => fieldsOf(modelId).map((field) => field.name);
  expect(names('openai/gpt-4o').slice(0, 5)).toEqual(['name', 'api_key', 'api_base', 'timeout', 'drop_params']);
  expect(names('openai/gpt-4o')).not.toContain('num_ctx');
  expect(names('ollama/llama2')).toContain('num_ctx');
  expect(names('openai/gpt-4o')).not.toContain('mock_response');
});

it('hides what the schema calls secret, and what it does not know', () => {
  expect(fieldNamed('api_key').isSecret).toBe(true);
  expect(fieldNamed('aws_secret_access_key').isSecret).toBe(true);
  expect(fieldNamed('name').isSecret).toBe(false);
  expect(fieldNamed('my_token').isSecret).toBe(true);
});

it('offers the values of a field that takes only a few', () => {
  expect(fieldNamed('drop_params').choices).toEqual(['true', 'false']);
  expect(fieldNamed('verbosity').choices).toEqual(['low', 'medium', 'high']);
  expect(fieldNamed('timeout').choices).toEqual([]);
});

it.each([
  ['timeout', ' 300 ', 300],
  ['timeout', '0.5', 0.5],
  ['timeout', '1:30', '1:30'],
  ['timeout', '010', '010'],
  ['drop_params', 'true', true],
  ['api_key', '0123456', '0123456'],
  ['name', 'true', 'true'],
  ['api_base', '', null],
  ['logit_bias', '{"50256": -100}', { 50256: -100 }],
])('valueFromText(%s, %j) = %j', (field, typed, value) => {
  expect(valueFromText(fieldNamed(field), typed)).toEqual(value);
});
