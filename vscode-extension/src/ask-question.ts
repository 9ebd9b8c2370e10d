// Asks what a command of the server needs: a pick list for candidates, an input box that is checked while one types.

import { askRow, askText } from './box';
import { type Answer, BACK, type Context, type Pending } from './flow';
import type { Verdict } from './live-check';
import { plainText } from './plain-text';
import type { Candidate, CommandArguments, Question } from './protocol';
import type { Server } from './server';

/** Answers of the flow so far, for Back: the typed text of each question. */
export type Typed = Map<string, string>;

export interface AskOptions {
  readonly title: string;
  /** Whether Back is possible at the first question. */
  readonly hasBefore: boolean;
  readonly typed: Typed;
}

export function askPending(
  server: Server,
  pending: Pending,
  context: Context,
  options: AskOptions,
): Promise<Answer | typeof BACK | undefined> {
  return pending.kind === 'question'
    ? askQuestion(server, pending.question, context, options)
    : askUnusualId(pending, context, options);
}

async function askQuestion(
  server: Server,
  question: Question,
  context: Context,
  options: AskOptions,
): Promise<Answer | typeof BACK | undefined> {
  const candidates = question.candidates ?? [];
  const canGoBack = options.hasBefore || !context.isFirst;
  if (candidates.length === 0) {
    return askValue(server, question, context, options, canGoBack);
  }
  const rows = [
    ...candidates.map((candidate) => candidateRow(server, candidate, question)),
    ...(question.choice === true
      ? []
      : [{ label: `$(edit) Enter another ${question.secret ? 'key' : 'value'}…`, answer: undefined }]),
  ];
  for (;;) {
    const picked = await askRow({
      title: options.title,
      placeholder: plainText(question.prompt),
      rows,
      help: question.help,
      canGoBack,
    });
    if (picked === undefined || picked === BACK) {
      return picked;
    }
    const answer = picked.answer ?? (await askValue(server, question, context, options, true));
    if (answer !== BACK) {
      return answer;
    }
  }
}

function candidateRow(server: Server, { value, label, detail, field }: Candidate, question: Question) {
  const name = server.models?.models.find((model) => model.modelId === value)?.displayName ?? label ?? value;
  const isOwner = field === 'sameKeyAs';
  return {
    label: isOwner ? `$(key) Use the key of ${plainText(name)}` : plainText(name),
    description: plainText(isOwner && name !== value ? value : (detail ?? '')),
    answer: { value, field: field ?? question.field },
  };
}

async function askValue(
  server: Server,
  question: Question,
  { args, problem }: Context,
  { title, typed }: AskOptions,
  canGoBack: boolean,
): Promise<Answer | typeof BACK | undefined> {
  const text = await askText({
    title,
    prompt: question.prompt,
    placeholder: question.placeholder,
    value: typed.get(question.field) ?? question.initial,
    password: question.secret,
    problem,
    help: question.help,
    canGoBack,
    mayBeEmpty: !question.required,
    check: (value) => checkValue(server, args, question.field, value),
    onDidType: (value) => typed.set(question.field, value),
  });
  return typeof text === 'string' ? { field: question.field, value: text === '' ? null : text } : text;
}

/** What the server says about a value for a field of the entry that a command changes. */
export function checkValue(
  server: Server,
  { modelId, provider, fields, uri }: CommandArguments,
  field: string,
  value: string,
): Promise<Verdict> {
  const owner = modelId ?? provider;
  return server.checkField({
    field,
    value,
    ...(owner === undefined ? {} : { modelId: owner }),
    ...(fields === undefined ? {} : { fields }),
    ...(uri === undefined ? {} : { uri }),
  });
}

/** Lists the IDs that may be meant; the unusual ID itself is the last row. */
async function askUnusualId(
  { unusualId, suggestions }: Extract<Pending, { kind: 'unusualId' }>,
  { args, isFirst }: Context,
  { title, hasBefore }: AskOptions,
): Promise<Answer | typeof BACK | undefined> {
  const problem = plainText(unusualId.problem);
  const rows: { label: string; description?: string; detail?: string; answer: Answer | undefined }[] = [
    ...suggestions.map((modelId) => ({
      label: `$(lightbulb) Use ${plainText(modelId)}`,
      answer: { field: 'modelId', value: modelId },
    })),
    ...(unusualId.canBeConfirmed
      ? [
          {
            label: `$(warning) Add ${plainText(args.modelId ?? '')} anyway`,
            detail: problem,
            answer: { field: 'allowUnusualId', value: true },
          },
        ]
      : []),
  ];
  const picked = await askRow({ title, placeholder: problem, rows, canGoBack: hasBefore || !isFirst });
  return picked === undefined || picked === BACK ? picked : picked.answer;
}
