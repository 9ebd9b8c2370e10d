// Names of agents and of their terminals.

import type { Session } from '../protocol';

/** `aloop · GPT 6`, `aloop (2) · GPT 6`; without a model `aloop`, `aloop (2)`. */
export function terminalName(number: number, model?: string): string {
  const name = number === 1 ? 'aloop' : `aloop (${number})`;
  return model === undefined ? name : `${name} · ${model}`;
}

/** The smallest number that is not taken, from 1. */
export function freeNumber(taken: Iterable<number>): number {
  const used = new Set(taken);
  let number = 1;
  while (used.has(number)) {
    number += 1;
  }
  return number;
}

/** What an agent is called if its terminal is not in this window. */
export function processName({ kind, pid }: Session): string {
  return `${kind === 'task' ? 'task' : 'agent'} ${pid}`;
}

/** The names of agents by session ID: those of their terminals, with the process ID if two are the same. */
export function agentNames(
  sessions: readonly Session[],
  terminalOf: (session: Session) => string | undefined,
): Map<string, string> {
  const names = sessions.map((session) => terminalOf(session) ?? processName(session));
  return new Map(
    sessions.map((session, place) => {
      const name = names[place] ?? processName(session);
      const isUnique = names.filter((other) => other === name).length === 1;
      return [session.id, isUnique ? name : `${name} (${processName(session)})`];
    }),
  );
}
