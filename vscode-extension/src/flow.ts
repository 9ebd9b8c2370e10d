// The questions of a command, one after the other, until the server has what it needs. Each can go back to the one
// before.

import type { CommandArguments, Question } from './protocol';
import { toRefusal, type UnusualId, withAnswer } from './refusal';

/** The answer of a user who goes back to the previous question. */
export const BACK = Symbol('back');

/** What the server asks: for a value, or whether an unusual ID is meant. */
export type Pending =
  | { readonly kind: 'question'; readonly question: Question }
  | { readonly kind: 'unusualId'; readonly unusualId: UnusualId; readonly suggestions: readonly string[] };

export interface Context {
  /** The arguments so far. */
  readonly args: CommandArguments;
  /** Why the previous answer to this question was refused. */
  readonly problem: string | undefined;
  /** Whether there is a previous question. */
  readonly isFirst: boolean;
}

/** One answer: a field of the arguments and its value; null means no value. */
export interface Answer {
  readonly field: string;
  readonly value: string | boolean | null;
}

/**
 * Runs a command and asks what the server asks, until the command has run. Returns its result, `BACK` if the user goes
 * back before the first question, or undefined if the user cancels. Throws every other refusal.
 */
export async function runWithQuestions<Result>(
  run: (args: CommandArguments) => Promise<Result>,
  first: CommandArguments,
  ask: (pending: Pending, context: Context) => Promise<Answer | typeof BACK | undefined>,
): Promise<Result | typeof BACK | undefined> {
  /** The arguments before each answer. */
  const before: CommandArguments[] = [];
  let args = first;
  let problem: string | undefined;
  for (;;) {
    const outcome = await attempt(run, args);
    if (outcome.kind === 'done') {
      return outcome.result;
    }
    if (outcome.kind === 'refused') {
      // The last answer was wrong: ask for it again.
      const previous = outcome.isValue ? before.pop() : undefined;
      if (previous === undefined) {
        throw outcome.error;
      }
      args = previous;
      problem = outcome.message;
      continue;
    }
    const answer = await ask(outcome.pending, { args, problem, isFirst: before.length === 0 });
    problem = undefined;
    if (answer === undefined) {
      return undefined;
    }
    if (answer !== BACK) {
      before.push(args);
      args = withAnswer(args, answer.field, answer.value);
      continue;
    }
    const previous = before.pop();
    if (previous === undefined) {
      return BACK;
    }
    args = previous;
  }
}

type Attempt<Result> =
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'asks'; readonly pending: Pending }
  | { readonly kind: 'refused'; readonly error: unknown; readonly isValue: boolean; readonly message: string };

async function attempt<Result>(
  run: (args: CommandArguments) => Promise<Result>,
  args: CommandArguments,
): Promise<Attempt<Result>> {
  try {
    return { kind: 'done', result: await run({ ...args, ask: true }) };
  } catch (error) {
    const refusal = toRefusal(error);
    if (refusal?.question !== undefined) {
      return { kind: 'asks', pending: { kind: 'question', question: refusal.question } };
    }
    if (refusal?.unusualId !== undefined) {
      const { unusualId, suggestions } = refusal;
      return { kind: 'asks', pending: { kind: 'unusualId', unusualId, suggestions } };
    }
    const isValue = refusal?.reason === 'invalidFields';
    return { kind: 'refused', error, isValue, message: refusal?.message ?? '' };
  }
}
