// How a field's value is asked for comes from the JSON Schema.

import { expect, it } from 'vitest';
import { fieldNamed } from '../../src/fields';

it('hides what the schema calls secret, and what it does not know', () => {
  expect(fieldNamed('api_key').isSecret).toBe(true);
  expect(fieldNamed('aws_secret_access_key').isSecret).toBe(true);
  expect(fieldNamed('name').isSecret).toBe(false);
  expect(fieldNamed('my_token').isSecret).toBe(true);
});

it('knows the fields that take few values', () => {
  expect(fieldNamed('drop_params').choices).toEqual(['true', 'false']);
  expect(fieldNamed('verbosity').choices).toEqual(['low', 'medium', 'high']);
  expect(fieldNamed('timeout').choices).toEqual([]);
});
