// A palette command: its ID and what it does with its arguments.

import type { CommandArguments } from '../protocol';
import type { Server } from '../server';

export interface RegisteredCommand<Arguments = CommandArguments> {
  readonly id: string;
  /** Runs the command, and asks for the arguments that a code lens or key binding did not pass. */
  readonly run: (server: Server, given: Arguments) => Promise<void>;
}
