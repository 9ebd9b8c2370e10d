// The rows of the Edit Model boxes.

import { expect, it } from 'vitest';
import { fieldRows, valueRows } from '../../src/edit-rows';

const OFFERED = [
  { value: 'name=', detail: 'Display name.' },
  { value: 'timeout=', detail: 'Seconds.' },
];

it('lists the fields that are set with their values, then the others', () => {
  expect(fieldRows(OFFERED, { timeout: 300, extra: { a: 1 } })).toEqual([
    { label: 'Set', kind: -1 },
    { field: 'timeout', label: 'timeout', description: '300', detail: 'Seconds.' },
    { field: 'extra', label: 'extra', description: '{"a":1}', detail: '' },
    { label: 'Not set', kind: -1 },
    { field: 'name', label: 'name', description: 'Display name.' },
  ]);
});

it('has no heading without rows', () => {
  expect(fieldRows(OFFERED, {})[0]).toEqual({ label: 'Not set', kind: -1 });
  expect(fieldRows([], { name: 'A' }).map(({ label }) => label)).toEqual(['Set', 'name']);
});

it('marks the present value, and offers to remove the field', () => {
  expect(valueRows('drop_params', ['true', 'false'], false)).toEqual([
    { label: '$(blank) true', description: '', value: 'true', isCurrent: false },
    { label: '$(check) false', description: 'current', value: 'false', isCurrent: true },
    { label: '', kind: -1 },
    { label: '$(trash) Remove drop_params', value: '' },
  ]);
});

it('does not offer to remove a field that is not set', () => {
  expect(valueRows('drop_params', ['true', 'false'], undefined).map(({ value }) => value)).toEqual(['true', 'false']);
});
