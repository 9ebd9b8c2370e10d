// What a refused command offers as its next step.

import type { CommandArguments, Question } from './protocol';
import type { Step } from './steps';

/** A refusal as the server sends it: an error with `data.reason` for programs and a message for people. */
export interface Refusal {
  readonly message: string;
  readonly reason: string | null;
  readonly suggestions: readonly string[];
  /** What has to be asked first. */
  readonly question?: Question;
}

export type NextStep = Step & { readonly arguments: CommandArguments };

/** The refusal in an error of the server, or null where the error is of another kind (no connection, a bug). */
export function asRefusal(error: unknown): Refusal | null {
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
  };
}

/** The argument object with the answer in the place that the question names; null says that there is none. */
export function withAnswer(args: CommandArguments, field: string, answer: string | null): CommandArguments {
  const [outer, inner] = field.split('.', 2) as [keyof CommandArguments, string?];
  return inner === undefined
    ? { ...args, [outer]: answer }
    : { ...args, [outer]: { ...(args[outer] as object | undefined), [inner]: answer } };
}

const FOR_PROGRAMS = / To add it as it is, set allowUnusualId\.$/;
const MOST_SUGGESTIONS = 2;

export interface UnusualId {
  readonly problem: string;
  readonly suggestions: readonly string[];
}

/** What is unusual about a new id, and which ids may be meant; null where the refusal is about something else. */
export function unusualId(refusal: Refusal): UnusualId | null {
  if (refusal.reason !== 'unknownProvider' && refusal.reason !== 'repeatedProvider') {
    return null;
  }
  return {
    problem: refusal.message.replace(FOR_PROGRAMS, ''),
    suggestions: refusal.suggestions.slice(0, MOST_SUGGESTIONS),
  };
}

/** At most three buttons beside a refusal's message. */
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
