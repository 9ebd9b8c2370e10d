// Names of agents and of their terminals.

import { describe, expect, it } from 'vitest';
import { agentNames, freeNumber, processName, terminalName } from '../../src/agent/agent-names';
import { session } from './models';

it.each([
  [1, 'GPT 6', 'aloop · GPT 6'],
  [2, 'GPT 6', 'aloop (2) · GPT 6'],
  [1, undefined, 'aloop'],
  [3, undefined, 'aloop (3)'],
])('names terminal %i with the model %s', (number, model, name) => {
  expect(terminalName(number, model)).toBe(name);
});

it.each([
  [[], 1],
  [[1, 2], 3],
  [[2, 3], 1],
  [[3, 1], 2],
])('takes the smallest free number: %j', (taken, number) => {
  expect(freeNumber(taken)).toBe(number);
});

describe('agentNames', () => {
  const [one, two, three] = [session(1, 'a/b'), session(2, 'a/b'), session(3, 'a/b', { kind: 'task' })];
  const names = (terminals: Record<string, string>) =>
    [...agentNames([one, two, three], ({ id }) => terminals[id])].map(([, name]) => name);

  it('takes the names of the terminals, otherwise the process', () => {
    expect(names({ s1: 'aloop', s2: 'zsh' })).toEqual(['aloop', 'zsh', 'task 3']);
  });

  it('adds the process if two terminals have the same name', () => {
    expect(names({ s1: 'bash', s2: 'bash', s3: 'aloop' })).toEqual(['bash (agent 1)', 'bash (agent 2)', 'aloop']);
  });

  it('calls a task a task', () => {
    expect([processName(one), processName(three)]).toEqual(['agent 1', 'task 3']);
  });
});
