// An answered box stays until the next one replaces it.

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { QuickInput } from 'vscode';
import { leaveBox, showBox } from '../../src/hand-over';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function makeBox(name: string, log: string[]): QuickInput {
  const box = { enabled: true, show: () => log.push(`show ${name}`), dispose: () => log.push(`dispose ${name}`) };
  return box as unknown as QuickInput;
}

it('closes the answered box after the next one is shown', () => {
  const log: string[] = [];
  const [first, second] = [makeBox('first', log), makeBox('second', log)];
  showBox(first);
  leaveBox(first);
  expect(first.enabled).toBe(false);
  showBox(second);
  vi.advanceTimersByTime(1000);
  expect(log).toEqual(['show first', 'show second', 'dispose first']);
});

it('closes the answered box after a moment if no other is shown', () => {
  const log: string[] = [];
  leaveBox(makeBox('last', log));
  expect(log).toEqual([]);
  vi.advanceTimersByTime(1000);
  expect(log).toEqual(['dispose last']);
});

it('closes each of several answered boxes', () => {
  const log: string[] = [];
  leaveBox(makeBox('a', log));
  leaveBox(makeBox('b', log));
  vi.advanceTimersByTime(1000);
  expect(log).toEqual(['dispose a', 'dispose b']);
});
