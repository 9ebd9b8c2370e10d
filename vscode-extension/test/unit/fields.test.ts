// Facts about fields from the JSON Schema.

import { expect, it } from 'vitest';
import { fieldNamed } from '../../src/fields';

it('treats secret and unknown fields as secrets', () => {
  expect(fieldNamed('api_key').isSecret).toBe(true);
  expect(fieldNamed('aws_secret_access_key').isSecret).toBe(true);
  expect(fieldNamed('name').isSecret).toBe(false);
  expect(fieldNamed('my_token').isSecret).toBe(true);
});

it('knows the allowed values of a field', () => {
  expect(fieldNamed('drop_params').choices).toEqual(['true', 'false']);
  expect(fieldNamed('verbosity').choices).toEqual(['low', 'medium', 'high']);
  expect(fieldNamed('timeout').choices).toEqual([]);
});
