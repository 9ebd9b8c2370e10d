// Rows of the Add Model box: what the server suggests, local servers, and the typed text.

import { plainText } from './plain-text';
import type { Candidate, Question } from './protocol';

export interface AddRow {
  readonly label: string;
  readonly description: string;
  /** VS Code hides rows that do not contain the typed text, but the server has already selected them. */
  readonly alwaysShow: true;
  /** A model's ID, or a provider with a slash, whose models are listed next. Undefined for rows without an ID. */
  readonly value?: string;
  readonly isLocal?: true;
  readonly isTyped?: true;
}

const LOCAL: AddRow = {
  label: '$(radio-tower) Local server…',
  description: 'Find the models of Ollama, LM Studio, vLLM or llama.cpp on this machine',
  alwaysShow: true,
  isLocal: true,
};
const LOCAL_WORDS = ['local', 'server', 'ollama', 'lm studio', 'vllm', 'llama.cpp'];

/** What the server found for the typed text. */
export interface FoundModels {
  readonly candidates: readonly Candidate[];
  readonly typed: string;
  /** Asks for the ID, for a provider whose models are not known. */
  readonly question?: Question | undefined;
}

/** The rows in the order of the server, with one for the servers on this machine. */
export function addRows({ candidates, typed, question }: FoundModels): AddRow[] {
  const rows = addTypedRow(candidates.map(candidateRow), typed);
  if (typed === '') {
    return [LOCAL, ...rows];
  }
  if (LOCAL_WORDS.some((word) => typed.length > 2 && word.startsWith(typed.toLowerCase()))) {
    return [...rows.slice(0, 1), LOCAL, ...rows.slice(1)];
  }
  return rows.length > 0 ? rows : [hint(typed, question)];
}

function candidateRow({ value, label, detail = '' }: Candidate): AddRow {
  const id = value.replace(/\/$/, '');
  const isProvider = value.endsWith('/');
  // A provider without a label has its name as detail.
  const name = label ?? (isProvider && detail !== '' ? detail : id);
  const facts = [...(name === id ? [] : [id]), ...(detail === name ? [] : [detail])].filter(Boolean);
  const icon = isProvider ? 'server' : /\bretire[sd]\b/.test(detail) ? 'warning' : 'sparkle';
  return {
    label: `$(${icon}) ${plainText(name)}`,
    description: facts.map(plainText).join(' · '),
    alwaysShow: true,
    value,
  };
}

/** Adds the typed text as a row if it can be an ID: first if it matches no row, otherwise last. */
export function addTypedRow(rows: readonly AddRow[], typed: string): AddRow[] {
  if (!/^[^/]+\/./.test(typed) || typed.endsWith('/') || rows.some(({ value }) => value === typed)) {
    return [...rows];
  }
  const own: AddRow = {
    label: `$(edit) Add “${plainText(typed)}”`,
    description: 'as typed',
    alwaysShow: true,
    value: typed,
    isTyped: true,
  };
  const parts = typed
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);
  const isMatch = ({ value = '' }: AddRow): boolean => {
    const squeezed = value.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
    let at = 0;
    return parts.every((part) => {
      at = squeezed.indexOf(part, at) + part.length;
      return at >= part.length;
    });
  };
  return rows.some(isMatch) ? [...rows, own] : [own, ...rows];
}

/** Says what to type where nothing is found: the name of the model after a provider, or a complete ID. */
function hint(typed: string, question: Question | undefined): AddRow {
  const text = typed.endsWith('/')
    ? (question?.prompt ?? `Type the name of the model after ${typed}`)
    : 'No model found. Type a complete ID: provider/model';
  return { label: `$(info) ${plainText(text)}`, description: plainText(question?.placeholder ?? ''), alwaysShow: true };
}
