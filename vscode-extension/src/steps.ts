// The next steps of a message: a command to run, a line to type into a terminal, or a function to call.

import type { CommandArguments } from './protocol';

export type Step = CommandStep | TypedStep | FunctionStep;

export interface TypedStep {
  readonly title: string;
  readonly typed: string;
}

export interface FunctionStep {
  readonly title: string;
  readonly run: () => Promise<void>;
}

export interface CommandStep {
  readonly title: string;
  readonly command: string;
  readonly arguments?: CommandArguments | SetUpArguments | string;
}

/** The arguments of aloop.setUpServer. */
export interface SetUpArguments {
  /** Whether the user has already confirmed. */
  readonly agreed?: boolean;
  /** Whether to install the packages of the agent too. */
  readonly withAgent?: boolean;
}

export const ADD_MODEL: CommandStep = { title: 'Add Model…', command: 'aloop.addModel' };
export const SHOW_LOG: CommandStep = { title: 'Show Log', command: 'aloop.showLog' };
export const TRY_AGAIN: CommandStep = { title: 'Try Again', command: 'aloop.restartServer' };
export const RESTART: CommandStep = { title: 'Restart Server', command: 'aloop.restartServer' };
export const SET_UP: CommandStep = { title: 'Set Up', command: 'aloop.setUpServer', arguments: { agreed: true } };
/** What the set-up does, for the question before it. */
export const SET_UP_DETAIL =
  'This creates a Python environment in the extension’s storage (about 40 MB) and downloads packages from PyPI.';
export const REINSTALL: CommandStep = { title: 'Reinstall', command: 'aloop.setUpServer', arguments: { agreed: true } };
export const SET_PATH: CommandStep = {
  title: 'Set Path…',
  command: 'workbench.action.openSettings',
  arguments: 'aloop.server.path',
};
