// Rows of the model and session pick lists.

import { plainText } from './plain-text';
import { ALL_SESSIONS, type DetailedModel, type Session } from './protocol';
import { isAboutKey, reasonNotReady } from './readiness';

/** What a button in the row of a model does. */
export type ModelAction = 'setDefault' | 'setKey' | 'openEntry' | 'edit' | 'test' | 'remove';

export interface ModelRow {
  readonly label: string;
  readonly description: string;
  /** Why the model is not ready, and what selecting the row does. */
  readonly detail?: string;
  readonly modelId: string;
  readonly actions: readonly ModelAction[];
  /** How a model that is not ready is repaired. */
  readonly repair?: 'setKey' | 'openEntry';
}

export interface ModelGroup {
  readonly title: 'Ready' | 'Needs attention';
  readonly rows: readonly ModelRow[];
}

export interface ModelGroupOptions {
  /** The buttons of each row. */
  readonly actions?: readonly ModelAction[];
  /** The IDs of recent models, latest first. */
  readonly recent?: readonly string[];
  /** Whether selecting a model that is not ready repairs it. */
  readonly repairs?: boolean;
}

/**
 * The models in two groups without empty ones: in the first, the current, the default and the recent models, then the
 * others in the order of the file.
 */
export function modelGroups(models: readonly DetailedModel[], options: ModelGroupOptions = {}): ModelGroup[] {
  const { recent = [] } = options;
  const rank = (model: DetailedModel): number => {
    const place = recent.indexOf(model.modelId);
    return model.current ? -2 : model.default ? -1 : place < 0 ? recent.length : place;
  };
  const ready = models.filter((model) => model.ready).sort((one, other) => rank(one) - rank(other));
  const others = models.filter((model) => !model.ready);
  const groups: ModelGroup[] = [
    { title: 'Ready', rows: ready.map((model) => modelRow(model, options)) },
    { title: 'Needs attention', rows: others.map((model) => modelRow(model, options)) },
  ];
  return groups.filter(({ rows }) => rows.length > 0);
}

function modelRow(model: DetailedModel, { actions = [], repairs = false }: ModelGroupOptions): ModelRow {
  const { modelId, displayName } = model;
  const icon = !model.ready ? 'warning' : model.current ? 'check' : model.default ? 'star' : 'blank';
  const parts = [modelId === displayName ? '' : modelId, model.facts ?? '', ...marks(model)];
  const row = {
    label: plainIcon(icon, displayName),
    description: plainText(parts.filter((part) => part !== '').join(' · ')),
    modelId,
    actions: actions.filter((action) => action !== 'setDefault' || (model.ready && !model.default)),
  };
  if (model.ready) {
    return row;
  }
  const reason = reasonNotReady(model);
  const repair = isAboutKey(reason) ? 'setKey' : 'openEntry';
  const step = repair === 'setKey' ? ' Select to set it.' : ' Select to open the entry.';
  return { ...row, detail: plainText(`${sentence(reason)}${repairs ? step : ''}`), repair };
}

function marks(model: DetailedModel): string[] {
  return [...(model.current ? ['current'] : []), ...(model.default ? ['default'] : [])];
}

/** A sentence; the name of a field at its beginning stays as it is. */
function sentence(text: string): string {
  return `${text.replace(/^(its?|one)\b/, capitalized)}.`;
}

export interface SessionRow {
  readonly label: string;
  readonly description: string;
  readonly detail?: string;
  /** The session's ID, or `ALL_SESSIONS`. */
  readonly session: string;
}

/** Where an agent runs. */
export interface AgentPlace {
  /** What it is called: the name of its terminal, or its process. */
  readonly name: string;
  readonly hasTerminal: boolean;
  /** Whether its terminal is in front. */
  readonly isInFront: boolean;
}

export type FindPlace = (session: Session) => AgentPlace;

/** The agents, and last a row for all of them. */
export function sessionRows(sessions: readonly Session[], placeOf: FindPlace): SessionRow[] {
  return [
    ...sessions.map((session) => sessionRow(session, placeOf)),
    { label: '$(layers) All of them', description: `${sessions.length} agents`, session: ALL_SESSIONS },
  ];
}

/** The name of the agent's terminal, its model and its folder. */
export function sessionRow(session: Session, placeOf: FindPlace): SessionRow {
  const { name, hasTerminal, isInFront } = placeOf(session);
  const model = session.displayName ?? session.modelId ?? 'no model';
  return {
    label: hasTerminal ? plainIcon('terminal', name) : plainIcon('server-process', capitalized(name)),
    description: plainText(isInFront ? `${model} · active terminal` : model),
    detail: plainText(session.folder),
    session: session.id,
  };
}

function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function plainIcon(icon: string, text: string): string {
  return `$(${icon}) ${plainText(text)}`;
}
