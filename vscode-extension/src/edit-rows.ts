// Rows of the Edit Model boxes: the fields of an entry, and the values of a field.

import type { QuickPickItem } from 'vscode';
import { plainText } from './plain-text';
import type { Candidate } from './protocol';

/** A heading between rows; a constant of VS Code, so that this module needs no editor. */
const SEPARATOR = -1;

export interface FieldRow extends QuickPickItem {
  /** The name of the field; undefined for a heading. */
  readonly field?: string;
}

/** The fields that are set with their values, in the order of the file, then the other fields of the provider. */
export function fieldRows(
  offered: readonly Candidate[],
  present: Readonly<Record<string, unknown>>,
): readonly FieldRow[] {
  const help = new Map(offered.map(({ value, detail = '' }) => [nameOf(value), detail]));
  const set = Object.entries(present).map(([field, value]) => ({
    field,
    label: plainText(field),
    description: plainText(textOf(value)),
    detail: plainText(help.get(field) ?? ''),
  }));
  const others = [...help].filter(([field]) => !(field in present));
  return [
    ...(set.length > 0 ? [{ label: 'Set', kind: SEPARATOR }] : []),
    ...set,
    ...(others.length > 0 ? [{ label: 'Not set', kind: SEPARATOR }] : []),
    ...others.map(([field, detail]) => ({ field, label: plainText(field), description: plainText(detail) })),
  ];
}

export interface ValueRow extends QuickPickItem {
  /** The value as on the command line, empty to remove the field; undefined for a heading. */
  readonly value?: string;
  readonly isCurrent?: boolean;
}

/** The allowed values of a field, the present one marked, then the removal of the field if it is set. */
export function valueRows(field: string, values: readonly string[], present: unknown): readonly ValueRow[] {
  const current = present === undefined ? undefined : textOf(present);
  const rows = values.map((value) => ({
    label: `$(${value === current ? 'check' : 'blank'}) ${plainText(value)}`,
    description: value === current ? 'current' : '',
    value,
    isCurrent: value === current,
  }));
  return current === undefined
    ? rows
    : [...rows, { label: '', kind: SEPARATOR }, { label: `$(trash) Remove ${plainText(field)}`, value: '' }];
}

/** The name of a candidate of `edit`, which ends with `=`. */
export function nameOf(candidate: string): string {
  return candidate.replace(/=$/, '');
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
