// Advice of the server about the command line, which a message of VS Code replaces by a button.

import { ADD_MODEL, type CommandStep } from './steps';

/** What the verbs of `aloop models` are in VS Code; undefined where the message alone is enough. */
const STEPS: Readonly<Record<string, CommandStep | undefined>> = {
  add: ADD_MODEL,
  check: { title: 'Check Models File', command: 'aloop.checkModels' },
  format: { title: 'Format Models File', command: 'aloop.formatModels' },
  import: undefined,
  init: { title: 'Open models.yaml', command: 'aloop.openModels' },
  list: { title: 'Manage Models…', command: 'aloop.listModels' },
  rule: { title: 'Show Rule…', command: 'aloop.showRule' },
  sessions: { title: 'List Running Agents', command: 'aloop.listSessions' },
};

/** A sentence such as “List the models: aloop models list”, up to its full stop. */
const HINT = /(?:^|(?<=[.?!] ))[^.?!:]*(?:\.\w[^.?!:]*)*: aloop models (\w+).*?(?:\.(?= |$)|$)/g;
const FORCE = /, or force the removal\b/g;

export interface MessageInEditor {
  readonly text: string;
  readonly steps: readonly CommandStep[];
}

/** The message without advice about the command line, and the commands of VS Code that do the same. */
export function withoutCommandLine(message: string): MessageInEditor {
  const verbs = [...message.matchAll(HINT)].map(([, verb]) => verb ?? '');
  const text = message.replace(HINT, '').replace(FORCE, '').replace(/ {2,}/g, ' ').trim();
  return { text, steps: verbs.flatMap((verb) => STEPS[verb] ?? []) };
}
