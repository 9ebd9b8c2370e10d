// Rows of the model and session pick lists.

import { plainText } from './plain-text';
import { ALL_SESSIONS, type DetailedModel, type Session } from './protocol';

export interface ModelRow {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  readonly modelId: string;
}

/** One row per model in the order of the file: marks after the ID, facts below. */
export function modelRows(models: readonly DetailedModel[]): ModelRow[] {
  return models.map((model) => ({
    label: `${model.current ? '$(check) ' : ''}${plainText(model.displayName)}`,
    description: [model.modelId === model.displayName ? null : plainText(model.modelId), ...marks(model)]
      .filter(Boolean)
      .join(' · '),
    detail: plainText(model.detail),
    modelId: model.modelId,
  }));
}

function marks(model: DetailedModel): string[] {
  return [...(model.current ? ['current'] : []), ...(model.default ? ['default'] : [])];
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
