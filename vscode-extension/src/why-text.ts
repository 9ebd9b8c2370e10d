// The page of “Why This Model?” as Markdown: the model, the file, the server and the output of `aloop models doctor`.

import { commandLink, escapeMarkdown } from './markdown';
import { isSwitchable, type ModelsState, type Session } from './protocol';
import type { FoundServer, Source } from './server-lookup';
import { brokenText, skippedLine } from './status-text';

export interface WhyFacts {
  readonly models: ModelsState | undefined;
  readonly program: FoundServer | undefined;
  readonly version: string | undefined;
  /** Why the server does not run. */
  readonly failure: string | undefined;
  /** The output of `aloop models doctor`. */
  readonly doctor: string | undefined;
}

/** Where the server was found. */
export const SOURCES: Readonly<Record<Source, string>> = {
  setting: 'from the setting aloop.server.path',
  interpreter: 'from the selected Python interpreter',
  workspace: 'from the workspace’s .venv',
  PATH: 'from PATH',
  managed: 'installed by the extension',
};

const DETAILS = 'Files, versions and packages (aloop models doctor)';

export function whyText(facts: WhyFacts): string {
  const { models, program, version, failure, doctor } = facts;
  const actions = [
    commandLink('Switch Model…', 'aloop.switchModel', {}),
    commandLink('Open models.yaml', 'aloop.openModels', {}),
    commandLink('Show Log', 'aloop.showLog', {}),
  ];
  const parts = [
    '# Why this model?',
    escapeLines(failure ?? (models === undefined ? 'The server is starting.' : whyModel(models))),
    actions.join(' '),
    program === undefined
      ? ''
      : escapeLines(
          `The server is aloop-ls ${version ?? '(version unknown)'} ${SOURCES[program.source]}: ${program.path}`,
        ),
    // For a bug report; most people need only the text above.
    doctor === undefined ? '' : `<details>\n<summary>${DETAILS}</summary>\n\n${indented(doctor)}\n\n</details>`,
  ].filter((part) => part !== '');
  return `${parts.join('\n\n')}\n`;
}

/** Escapes each line, and keeps the marks of list items. */
function escapeLines(text: string): string {
  return text.replace(
    /^(- )?(.*)$/gm,
    (_line, mark: string | undefined, rest: string) => (mark ?? '') + escapeMarkdown(rest),
  );
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
      'Each running agent uses the model that it started with or was last switched to:',
      '',
      ...agents.map(agentLine),
    ].join('\n');
  }
  if (state.choice === null) {
    return state.models.length === 0
      ? `${state.file === null ? 'There is no models.yaml yet' : `${state.file} has no models`}. ` +
          'Run “aloop: Add Model…” to add one.'
      : 'The next agent has no model: models.yaml has no default model, and no model is ready. ' +
          'Run “aloop: Manage Models…” to see why.';
  }
  const { modelId, displayName } = state.choice;
  const name = displayName === modelId ? modelId : `${displayName} (${modelId})`;
  return `The next agent in this window will use ${name} because ${reason(state, modelId)}.`;
}

function reason(state: ModelsState, modelId: string): string {
  if (modelId === state.default) {
    return `it is the default model in ${state.file ?? 'models.yaml'}`;
  }
  if (state.models.some((model) => model.modelId === state.default)) {
    return `it is selected in this window. The default model in ${state.file ?? 'models.yaml'} is ${state.default}`;
  }
  const file = state.file ?? 'models.yaml';
  const problem =
    state.default === null
      ? `${file} has no default model`
      : `The default model in ${file} is not defined: ${state.default}`;
  return `it is selected in this window or is the first model that is ready. ${problem}`;
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
