// Refused commands and their next steps.

import type { CommandArguments, Question } from './protocol';
import type { Step } from './steps';

/** A refusal of the server: a message for users, and a reason for programs. */
export interface Refusal {
  readonly message: string;
  readonly reason: string | null;
  readonly suggestions: readonly string[];
  /** The input that the command needs. */
  readonly question?: Question;
  /** Why a new ID is probably a mistake. */
  readonly unusualId?: UnusualId;
}

export interface UnusualId {
  readonly problem: string;
  /** Whether the model can be added with this ID. */
  readonly canBeConfirmed: boolean;
}

export type NextStep = Step & { readonly arguments: CommandArguments };

/** The refusal in an error of the server, or null for any other error (no connection, a bug). */
export function toRefusal(error: unknown): Refusal | null {
  if (!(error instanceof Error) || !('code' in error) || (error.code !== -32602 && error.code !== -32803)) {
    return null;
  }
  const data =
    'data' in error && typeof error.data === 'object' && error.data !== null
      ? (error.data as Record<string, unknown>)
      : {};
  return {
    message: error.message,
    reason: typeof data.reason === 'string' ? data.reason : null,
    suggestions: Array.isArray(data.suggestions) ? data.suggestions.filter((item) => typeof item === 'string') : [],
    ...(data.reason === 'needsInput' ? { question: data.question as Question } : {}),
    ...(typeof data.problem === 'string'
      ? { unusualId: { problem: data.problem, canBeConfirmed: data.canBeConfirmed === true } }
      : {}),
  };
}

/** Adds an answer to the arguments at the question's field; null means no value. */
export function withAnswer(args: CommandArguments, field: string, answer: string | boolean | null): CommandArguments {
  const [outer, inner] = field.split('.', 2) as [keyof CommandArguments, string?];
  return inner === undefined
    ? { ...args, [outer]: answer }
    : { ...args, [outer]: { ...(args[outer] as object | undefined), [inner]: answer } };
}

/** The next steps for a refusal, at most three. */
export function nextSteps(command: string, args: CommandArguments, refusal: Refusal): NextStep[] {
  const model: CommandArguments = args.modelId === undefined ? {} : { modelId: args.modelId };
  switch (refusal.reason) {
    case 'notReady':
      return [{ title: 'Set API Key…', command: 'aloop.setKey', arguments: model }, openFile(model)];
    case 'modelNotFound':
      return refusal.suggestions
        .slice(0, 3)
        .map((modelId) => ({ title: modelId, command, arguments: { ...args, modelId } }));
    case 'modelExists':
      return [{ title: 'Edit Model…', command: 'aloop.editModel', arguments: model }, openFile(model)];
    case 'modelIsCurrent':
      return [{ title: 'Switch Model…', command: 'aloop.switchModel', arguments: {} }];
    case 'modelInUse':
      return [{ title: 'Remove Anyway', command, arguments: { ...args, force: true } }];
    case 'invalidFile':
    case 'unsavedChanges':
      return [openFile({})];
    default:
      return [];
  }
}

function openFile(args: CommandArguments): NextStep {
  return { title: 'Open models.yaml', command: 'aloop.openModels', arguments: args };
}
