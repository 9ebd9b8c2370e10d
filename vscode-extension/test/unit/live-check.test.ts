// Checks while typing: after a pause, in order, and at once on Enter.

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LiveCheck, type Verdict } from '../../src/live-check';

const wrong = (problem: string): Verdict => ({ problem, severity: 'error', suggestion: null });

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A check whose answers arrive when the test says so. */
function manualCheck() {
  const answers = new Map<string, (verdict: Verdict) => void>();
  const shown: (string | null)[] = [];
  const live = new LiveCheck(
    (text) => new Promise((resolve) => answers.set(text, resolve)),
    (verdict) => shown.push(verdict.problem),
  );
  return { live, answers, shown };
}

it('checks after a pause only', async () => {
  const { live, answers, shown } = manualCheck();
  live.typed('a');
  await vi.advanceTimersByTimeAsync(100);
  live.typed('ab');
  await vi.advanceTimersByTimeAsync(200);
  expect([...answers.keys()]).toEqual(['ab']);
  answers.get('ab')?.(wrong('ab'));
  await vi.advanceTimersByTimeAsync(0);
  expect(shown).toEqual(['ab']);
});

it('does not show the verdict of an earlier text', async () => {
  const { live, answers, shown } = manualCheck();
  live.typed('a');
  await vi.advanceTimersByTimeAsync(200);
  live.typed('ab');
  await vi.advanceTimersByTimeAsync(200);
  answers.get('ab')?.(wrong('ab'));
  answers.get('a')?.(wrong('a'));
  await vi.advanceTimersByTimeAsync(0);
  expect(shown).toEqual(['ab']);
});

it('checks at once on Enter, and the same text only once', async () => {
  const { live, answers, shown } = manualCheck();
  live.typed('a');
  await vi.advanceTimersByTimeAsync(200);
  const verdict = live.now('a');
  expect(answers.size).toBe(1);
  answers.get('a')?.(wrong('a'));
  expect(await verdict).toEqual(wrong('a'));
  expect(shown).toEqual(['a']);
});

it('shows nothing after it was stopped', async () => {
  const { live, answers, shown } = manualCheck();
  live.typed('a');
  await vi.advanceTimersByTimeAsync(200);
  live.stop();
  answers.get('a')?.(wrong('a'));
  await vi.advanceTimersByTimeAsync(0);
  expect(shown).toEqual([]);
});
