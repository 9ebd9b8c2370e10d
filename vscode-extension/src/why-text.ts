// The page behind “Why This Model?”: the model, the file, the server, then the doctor's own words.

import { isSwitchable, type ModelsState, type Session } from './protocol';
import type { FoundServer, Source } from './server-lookup';
import { brokenText, skippedLine } from './status-text';

export interface WhyFacts {
  readonly models: ModelsState | undefined;
  readonly program: FoundServer | undefined;
  readonly version: string | undefined;
  /** Why no server runs. */
  readonly failure: string | undefined;
  /** What `aloop models doctor` prints. */
  readonly doctor: string | undefined;
}

/** How a server was found. */
export const SOURCES: Readonly<Record<Source, string>> = {
  setting: 'named by the setting aloop.server.path',
  interpreter: 'beside the Python interpreter chosen for this window',
  workspace: 'in the workspace’s .venv',
  PATH: 'found on PATH',
  managed: 'set up by the extension, in its own storage',
};

export function whyText(facts: WhyFacts): string {
  const { models, program, version, failure, doctor } = facts;
  const parts = [
    '# Why this model?',
    failure ?? (models === undefined ? 'The server has not told its state yet.' : whyModel(models)),
    program === undefined
      ? ''
      : `The server is aloop-ls ${version ?? '(version unknown)'}, ${SOURCES[program.source]}:\n    ${program.path}`,
    doctor === undefined ? '' : `## aloop models doctor\n\n${indented(doctor)}`,
  ].filter((part) => part !== '');
  return `${parts.join('\n\n')}\n`;
}

function whyModel(state: ModelsState): string {
  const facts = [
    ...(state.problem === undefined ? [] : [brokenText(state, state.problem)]),
    ...(state.skipped ?? []).map(skippedLine),
  ];
  const isUnknown = state.problem !== undefined && state.models.length === 0 && !state.sessions.some(isSwitchable);
  return [...facts, ...(isUnknown ? [] : [whichModel(state)])].join('\n\n');
}

function whichModel(state: ModelsState): string {
  const agents = state.sessions.filter(isSwitchable);
  if (agents.length > 0) {
    return [
      'Each running agent uses the model it was started with, or the last one it was switched to:',
      ...agents.map(agentLine),
    ].join('\n');
  }
  if (state.choice === null) {
    return state.models.length === 0
      ? `There is no model: ${state.file ?? 'there is no models.yaml yet'}. Add one with “aloop: Add Model…”.`
      : 'The next agent has no model: the file names no default, and none of its models is ready. ' +
          '“aloop: List Models” tells what each lacks.';
  }
  const { modelId, displayName } = state.choice;
  const name = displayName === modelId ? modelId : `${displayName} (${modelId})`;
  return `The next agent of this window starts with ${name}, because ${reason(state, modelId)}.`;
}

function reason(state: ModelsState, modelId: string): string {
  if (modelId === state.default) {
    return `it is the default in ${state.file ?? 'models.yaml'}`;
  }
  if (state.models.some((model) => model.modelId === state.default)) {
    return `it was chosen in this window; the default in ${state.file ?? 'models.yaml'} is ${state.default}`;
  }
  const lack = state.default === null ? 'names no default' : `names a default that it does not hold, ${state.default}`;
  return `it was chosen in this window, or is the first one ready: ${state.file ?? 'models.yaml'} ${lack}`;
}

function agentLine(agent: Session): string {
  return `- ${agent.displayName ?? agent.modelId ?? 'no model'}: agent ${agent.pid} in ${agent.folder}`;
}

function indented(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '' : `    ${line}`))
    .join('\n');
}
