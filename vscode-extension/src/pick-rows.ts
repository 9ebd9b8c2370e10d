// Rows of the model and session pick lists.

import { plainText } from './plain-text';
import { ALL_SESSIONS, type Model, type Session } from './protocol';

export interface ModelRow {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  readonly modelId: string;
}

/** One row per model in the order of the file: marks after the ID, facts below. */
export function modelRows(models: readonly Model[]): ModelRow[] {
  return models.map((model) => ({
    label: `${model.current ? '$(check) ' : ''}${plainText(model.displayName)}`,
    description: [model.modelId === model.displayName ? null : plainText(model.modelId), ...marks(model)]
      .filter(Boolean)
      .join(' · '),
    detail: plainText(modelFacts(model).join(' · ')),
    modelId: model.modelId,
  }));
}

function marks(model: Model): string[] {
  return [...(model.current ? ['current'] : []), ...(model.default ? ['default'] : [])];
}

/** Facts about a model: provider, context window, prices, readiness, problems. */
export function modelFacts(model: Model): string[] {
  const facts = [model.provider];
  if (model.contextWindow) {
    facts.push(`${formatTokens(model.contextWindow)} context`);
  }
  if (model.inputPrice != null && model.outputPrice != null) {
    facts.push(`$${formatPrice(model.inputPrice)} in / $${formatPrice(model.outputPrice)} out per 1M tokens`);
  }
  if (!model.ready) {
    facts.push(`not ready: ${model.notReady ?? 'see its entry'}`);
  }
  const problems = model.problems ?? 0;
  if (problems > 0) {
    facts.push(problems === 1 ? '1 problem' : `${problems} problems`);
  }
  return facts;
}

/** Formats a number of tokens as the server does: 4096 → 4.1K, 128000 → 128K, 1048576 → 1.05M. */
export function formatTokens(tokens: number): string {
  if (tokens >= 1_000_000) {
    return `${shortest(tokens / 1_000_000, 2)}M`;
  }
  return tokens >= 1000 ? `${shortest(tokens / 1000, 1)}K` : String(tokens);
}

/** Formats a price as the server does: 2.5 → 2.5, 15 → 15, 0.075 → 0.075. */
export function formatPrice(dollars: number): string {
  return shortest(dollars, 4);
}

function shortest(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}

export interface SessionRow {
  readonly label: string;
  readonly description: string;
  readonly detail?: string;
  /** The session's ID, or `ALL_SESSIONS`. */
  readonly session: string;
}

/** The agents that a switch can target, after a row for all of them. */
export function sessionRows(sessions: readonly Session[]): SessionRow[] {
  return [
    { label: 'All of them', description: `${sessions.length} agents`, session: ALL_SESSIONS },
    ...sessions.map(sessionRow),
  ];
}

export function sessionRow(session: Session): SessionRow {
  const kind = session.kind === 'task' ? 'Task' : 'Agent';
  return {
    label: `${kind} ${session.pid}`,
    description: plainText(session.displayName ?? session.modelId ?? 'no model'),
    detail: plainText(session.folder),
    session: session.id,
  };
}
