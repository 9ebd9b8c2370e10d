// The text and tooltip of the status bar item.

import { processName } from './agent/agent-names';
import { withoutCommandLine } from './command-line-hints';
import { commandLink, escapeMarkdown } from './markdown';
import { plainText } from './plain-text';
import {
  type FileProblem,
  isSwitchable,
  type Model,
  type ModelsState,
  type Session,
  type SkippedFile,
} from './protocol';
import { isAboutKey, reasonNotReady } from './readiness';

/** The commands that links in the tooltip run. */
export const LINKED_COMMANDS = [
  'aloop.switchModel',
  'aloop.addModel',
  'aloop.openModels',
  'aloop.setKey',
  'aloop.setDefaultModel',
  'aloop.getStarted',
  'aloop.restartServer',
  'aloop.setUpServer',
  'aloop.showLog',
] as const;

export interface StatusText {
  readonly text: string;
  /** Markdown. */
  readonly tooltip: string;
  /** The command that a click runs. */
  readonly command: (typeof LINKED_COMMANDS)[number];
  /** Whether the item has the warning color. */
  readonly isWarning: boolean;
}

/** The item while no file applies to the window and no server runs. */
export const NO_FILE: StatusText = {
  text: '$(sparkle) Add model',
  tooltip: paragraphs(
    '**aloop models**',
    'No LLM model is configured in this window yet. Click to add one.',
    [commandLink('Add Model…', 'aloop.addModel'), commandLink('Get Started', 'aloop.getStarted')].join(' · '),
  ),
  command: 'aloop.addModel',
  isWarning: false,
};

/** What an agent is called in this window, such as the name of its terminal. */
export type NameAgent = (session: Session) => string;

/** The text of the item. While the file is not valid, a click opens it at the line of the problem. */
export function statusText(state: ModelsState, nameAgent: NameAgent = processName): StatusText {
  const { problem } = state;
  const trouble = problem === undefined ? notReady(state) : undefined;
  const hasModels = state.models.length > 0 || state.sessions.some(isSwitchable);
  const text = textOf(state);
  const rest = [about(state, nameAgent), fileLine(state), ...(state.skipped ?? []).map(skippedMarkdown), links(state)];
  if (problem !== undefined) {
    const { line } = problem;
    return {
      text: `$(warning) ${state.label !== '' ? text : line === null ? 'models.yaml' : `models.yaml: line ${line}`}`,
      tooltip: paragraphs(
        escapeMarkdown(brokenText(state, problem)),
        line === null ? 'Click to open the file.' : `Click to go to line ${line}.`,
        ...rest,
      ),
      command: 'aloop.openModels',
      isWarning: true,
    };
  }
  return {
    text: `${trouble === undefined ? '$(sparkle)' : '$(warning)'} ${text}`,
    tooltip: paragraphs(trouble, ...rest),
    command: hasModels ? 'aloop.switchModel' : 'aloop.addModel',
    isWarning: trouble !== undefined,
  };
}

/** Why the file cannot be used, and whether its last valid version is in use. */
export function brokenText(state: ModelsState, problem: FileProblem): string {
  const message = withoutCommandLine(problem.message).text;
  return state.models.length === 0 ? message : `${message} The last valid version is in use.`;
}

export function skippedLine({ file, reason, advice }: SkippedFile): string {
  return withoutCommandLine(`Skipped ${file}: ${reason}. ${advice}.`).text;
}

function textOf(state: ModelsState): string {
  if (state.label !== '') {
    return plainText(state.label);
  }
  return state.models.length === 0 ? 'Add model' : 'No model is ready';
}

/** Why the default model, or the one that is used now or next, cannot be used; with the next steps. */
function notReady(state: ModelsState): string | undefined {
  const place = state.uri === null ? {} : { uri: state.uri };
  const setDefault = commandLink('Set Default Model…', 'aloop.setDefaultModel', place);
  const find = (isWanted: (model: Model) => boolean): Model | undefined =>
    state.models.find((model) => isWanted(model) && !model.ready);
  if (state.default !== null && !state.models.some((model) => model.default)) {
    const text = `The default model is not in models.yaml: ${state.default}.`;
    return `${escapeMarkdown(text)} ${state.models.length > 0 ? setDefault : ''}`.trim();
  }
  const role = find((model) => model.default)
    ? 'default'
    : find((model) => model.selected)
      ? 'selected'
      : find((model) => model.current)
        ? 'current'
        : undefined;
  const model = role && find((one) => one[role]);
  if (role !== undefined && model) {
    const reason = reasonNotReady(model);
    const steps = [
      ...(isAboutKey(reason)
        ? [commandLink('Set API Key…', 'aloop.setKey', { ...place, modelId: model.modelId })]
        : []),
      commandLink('Open Entry', 'aloop.openModels', { ...place, modelId: model.modelId }),
    ];
    return `${escapeMarkdown(`The ${role} model ${model.displayName} is not ready: ${reason}.`)} ${steps.join(' · ')}`;
  }
  return state.label === '' && state.models.length > 0
    ? `No model is ready. ${commandLink('Switch Model…', 'aloop.switchModel', place)}`
    : undefined;
}

/** The agents of the window with their models, or the model of the next agent. */
function about(state: ModelsState, nameAgent: NameAgent): string {
  const agents = state.sessions.filter(isSwitchable);
  if (agents.length > 0) {
    return agents.map((agent) => `- ${agentLine(state, agent, nameAgent)}`).join('\n');
  }
  const next = state.models.find((model) => model.selected);
  if (next !== undefined) {
    return `${modelLine(next)}\n\nThe next agent in this window will use this model.`;
  }
  return state.models.length === 0 ? 'No models yet. Click to add one.' : 'No model is selected. Click to select one.';
}

function agentLine(state: ModelsState, agent: Session, nameAgent: NameAgent): string {
  const model = state.models.find(({ modelId }) => modelId === agent.modelId);
  const shown =
    model !== undefined
      ? modelLine(model)
      : agent.modelId === null
        ? 'No model'
        : `**${escapeMarkdown(agent.displayName ?? agent.modelId)}** (removed from file)`;
  return `${shown} – ${escapeMarkdown(`${nameAgent(agent)} in ${agent.folder}`)}`;
}

function modelLine({ modelId, displayName, facts }: Model): string {
  const parts = [displayName === modelId ? '' : modelId, facts ?? ''].filter((part) => part !== '');
  return [`**${escapeMarkdown(displayName)}**`, ...parts.map(escapeMarkdown)].join(' · ');
}

function fileLine(state: ModelsState): string | undefined {
  return state.file === null ? undefined : `File: ${escapeMarkdown(state.file)}`;
}

function skippedMarkdown(skipped: SkippedFile): string {
  return escapeMarkdown(skippedLine(skipped));
}

function links(state: ModelsState): string {
  const place = state.uri === null ? {} : { uri: state.uri };
  return [
    ...(state.models.length > 0 ? [commandLink('Switch Model…', 'aloop.switchModel')] : []),
    commandLink('Add Model…', 'aloop.addModel', place),
    commandLink('Open models.yaml', 'aloop.openModels', place),
  ].join(' · ');
}

function paragraphs(...parts: (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join('\n\n');
}
