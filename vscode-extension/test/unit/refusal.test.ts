// Refusals and their next steps.

import { describe, expect, it } from 'vitest';
import { nextSteps, toRefusal, withAnswer } from '../../src/refusal';

function answer(code: number, message: string, data?: unknown): Error {
  return Object.assign(new Error(message), { code, data });
}

describe('toRefusal', () => {
  it('reads the reason and the suggestions', () => {
    expect(
      toRefusal(answer(-32803, 'No model gpt4o.', { reason: 'modelNotFound', suggestions: ['openai/gpt-4o', 3] })),
    ).toEqual({
      message: 'No model gpt4o.',
      reason: 'modelNotFound',
      suggestions: ['openai/gpt-4o'],
    });
  });

  it.each([answer(-32603, 'internal'), new Error('pipe closed'), 'text', undefined])(
    'is null for other errors: %s',
    (error) => {
      expect(toRefusal(error)).toBeNull();
    },
  );

  it('accepts a refusal without data', () => {
    expect(toRefusal(answer(-32602, 'Bad arguments.'))).toMatchObject({ reason: null, suggestions: [] });
  });
});

describe('unusualId', () => {
  it.each([true, false])('has the problem, and whether the ID can be confirmed: %s', (canBeConfirmed) => {
    const problem = "LiteLLM has no provider 'gpt'. Did you mean openai?";
    const data = { reason: 'unknownProvider', suggestions: ['openai/gpt-4o'], problem, canBeConfirmed };
    expect(toRefusal(answer(-32803, `${problem} To add it anyway, set allowUnusualId.`, data))).toMatchObject({
      suggestions: ['openai/gpt-4o'],
      unusualId: { problem, canBeConfirmed },
    });
  });

  it('is missing for other reasons', () => {
    expect(toRefusal(answer(-32803, 'Exists.', { reason: 'modelExists' }))).not.toHaveProperty('unusualId');
  });
});

describe('nextSteps', () => {
  const steps = (reason: string, suggestions: string[] = []) =>
    nextSteps('aloop.switchModel', { modelId: 'openai/gpt-4o' }, { message: '', reason, suggestions });

  it.each([
    ['notReady', ['Set API Key…', 'Open models.yaml']],
    ['modelIsCurrent', ['Switch Model…']],
    ['modelInUse', ['Remove Anyway']],
    ['invalidFile', ['Open models.yaml']],
    ['somethingNew', []],
  ])('%s → %j', (reason, titles) => {
    expect(steps(reason).map((step) => step.title)).toEqual(titles);
  });

  it('runs the same command with a suggested ID, three at most', () => {
    expect(steps('modelNotFound', ['a/1', 'a/2', 'a/3', 'a/4'])).toHaveLength(3);
    expect(steps('modelNotFound', ['a/1'])[0]).toEqual({
      title: 'a/1',
      command: 'aloop.switchModel',
      arguments: { modelId: 'a/1' },
    });
  });
});

describe('withAnswer', () => {
  it.each([
    ['apiKey', { modelId: 'a/b' }, { modelId: 'a/b', apiKey: 'x' }],
    ['fields.api_key', { modelId: 'a/b' }, { modelId: 'a/b', fields: { api_key: 'x' } }],
    ['fields.api_key', { fields: { timeout: 5 } }, { fields: { timeout: 5, api_key: 'x' } }],
  ])('puts it at %s', (field, args, expected) => {
    expect(withAnswer(args, field, 'x')).toEqual(expected);
  });
});
