// The text and tooltip of the status bar item.

import { plainText } from './plain-text';
import { type FileProblem, isSwitchable, type ModelsState, type Session, type SkippedFile } from './protocol';

export interface StatusText {
  readonly text: string;
  readonly tooltip: string;
  /** The command that a click runs. */
  readonly command: 'aloop.switchModel' | 'aloop.addModel' | 'aloop.openModels';
  /** Whether the item has the warning color. */
  readonly isWarning: boolean;
}

/** The text of the item. While the file is not valid, a click opens it at the line of the problem. */
export function statusText(state: ModelsState): StatusText {
  const usual = usualText(state);
  const skipped = (state.skipped ?? []).map(skippedLine);
  if (state.problem === undefined) {
    return { ...usual, tooltip: lines(usual.tooltip, ...skipped), isWarning: false };
  }
  const { line } = state.problem;
  return {
    text: `$(warning) ${state.label !== '' ? usual.text : line === null ? 'models.yaml' : `models.yaml: line ${line}`}`,
    tooltip: lines(
      brokenText(state, state.problem),
      fileLine(state),
      ...skipped,
      line === null ? 'Click to open the file.' : `Click to go to line ${line}.`,
    ),
    command: 'aloop.openModels',
    isWarning: true,
  };
}

/** Why the file cannot be used, and whether its last valid version is in use. */
export function brokenText(state: ModelsState, problem: FileProblem): string {
  return state.models.length === 0 ? problem.message : `${problem.message} The last valid version is in use.`;
}

function usualText(state: ModelsState): Omit<StatusText, 'isWarning'> {
  const agents = state.sessions.filter(isSwitchable);
  const text = state.label === '' ? 'aloop: no model' : plainText(state.label);
  if (agents.length > 0) {
    return { text, tooltip: runningTooltip(state, agents), command: 'aloop.switchModel' };
  }
  if (state.label !== '') {
    const tooltip = lines('The next agent in this window will use this model.', fileLine(state), 'Click to switch.');
    return { text, tooltip, command: 'aloop.switchModel' };
  }
  return state.models.length === 0
    ? { text, tooltip: 'No models yet. Click to add one.', command: 'aloop.addModel' }
    : { text, tooltip: 'No model selected. Click to select one.', command: 'aloop.switchModel' };
}

function runningTooltip(state: ModelsState, agents: readonly Session[]): string {
  const known = new Set(state.models.map((model) => model.modelId));
  const rows = agents.map((agent) => {
    const left = agent.modelId !== null && !known.has(agent.modelId) ? ' (removed from file)' : '';
    return `${agent.displayName ?? agent.modelId ?? 'no model'}${left} – agent ${agent.pid} in ${agent.folder}`;
  });
  return lines(...rows, fileLine(state), 'Click to switch.');
}

export function skippedLine({ file, reason, advice }: SkippedFile): string {
  return `Skipped ${file}: ${reason}. ${advice}.`;
}

function fileLine(state: ModelsState): string | null {
  return state.file === null ? null : `File: ${state.file}`;
}

function lines(...rows: (string | null)[]): string {
  return rows.filter((row) => row !== null).join('\n');
}
