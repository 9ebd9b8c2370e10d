// The questions of a command: their order, Back, and answers that are refused.

import { expect, it } from 'vitest';
import { type Answer, BACK, type Context, type Pending, runWithQuestions } from '../../src/flow';
import type { CommandArguments } from '../../src/protocol';

const refusal = (data: object, message = '') => Object.assign(new Error(message), { code: -32803, data });
const question = (field: string) =>
  refusal({ reason: 'needsInput', question: { field, prompt: field, secret: false, required: true } });

/** A server that needs two fields, and refuses the region `x`. */
async function add({ fields = {} }: CommandArguments): Promise<string> {
  for (const name of ['region', 'key']) {
    if (!(name in fields)) {
      throw question(`fields.${name}`);
    }
  }
  if (fields.key === 'x') {
    throw refusal({ reason: 'invalidFields' }, 'Too short.');
  }
  return `${fields.region} ${fields.key}`;
}

/** Answers in turn, and records what was asked. */
function person(...answers: (string | null | typeof BACK | undefined)[]) {
  const asked: string[] = [];
  const ask = async (pending: Pending, context: Context): Promise<Answer | typeof BACK | undefined> => {
    const field = pending.kind === 'question' ? pending.question.field : 'unusualId';
    asked.push([field, context.problem, context.isFirst ? 'first' : undefined].filter(Boolean).join(' '));
    const answer = answers.shift();
    return answer === undefined || answer === BACK ? answer : { field, value: answer };
  };
  return { ask, asked };
}

it('asks until the command has run', async () => {
  const { ask, asked } = person('eu', 'k');
  expect(await runWithQuestions(add, {}, ask)).toBe('eu k');
  expect(asked).toEqual(['fields.region first', 'fields.key']);
});

it('goes back to the previous question', async () => {
  const { ask, asked } = person('eu', BACK, 'us', 'k');
  expect(await runWithQuestions(add, {}, ask)).toBe('us k');
  expect(asked).toEqual(['fields.region first', 'fields.key', 'fields.region first', 'fields.key']);
});

it('goes back before the first question', async () => {
  expect(await runWithQuestions(add, {}, person('eu', BACK, BACK).ask)).toBe(BACK);
});

it('ends if the user cancels', async () => {
  expect(await runWithQuestions(add, {}, person('eu', undefined).ask)).toBeUndefined();
});

it('asks again for an answer that is refused, and says why', async () => {
  const { ask, asked } = person('eu', 'x', 'k');
  expect(await runWithQuestions(add, {}, ask)).toBe('eu k');
  expect(asked).toEqual(['fields.region first', 'fields.key', 'fields.key Too short.']);
});

it('throws a refusal of the given arguments', async () => {
  const run = runWithQuestions(add, { fields: { region: 'eu', key: 'x' } }, person().ask);
  await expect(run).rejects.toThrow('Too short.');
});

it('throws every other refusal', async () => {
  const run = async (): Promise<never> => {
    throw refusal({ reason: 'modelExists' }, 'It exists.');
  };
  await expect(runWithQuestions(run, {}, person('a').ask)).rejects.toThrow('It exists.');
});

it('asks whether an unusual ID is meant', async () => {
  const run = async ({ modelId }: CommandArguments): Promise<string> => {
    if (modelId === 'a/a/b') {
      throw refusal({ reason: 'invalidModelId', suggestions: ['a/b'], problem: 'Twice.', canBeConfirmed: true });
    }
    return modelId ?? '';
  };
  const pendings: Pending[] = [];
  const ask = async (pending: Pending): Promise<Answer> => {
    pendings.push(pending);
    return { field: 'modelId', value: 'a/b' };
  };
  expect(await runWithQuestions(run, { modelId: 'a/a/b' }, ask)).toBe('a/b');
  expect(pendings).toEqual([
    { kind: 'unusualId', unusualId: { problem: 'Twice.', canBeConfirmed: true }, suggestions: ['a/b'] },
  ]);
});
