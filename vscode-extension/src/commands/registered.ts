// What every palette command is made of: its id and what it does with the arguments it was given.

import type { CommandArguments } from '../protocol';
import type { Server } from '../server';

export interface RegisteredCommand<Arguments = CommandArguments> {
  readonly id: string;
  /** A code lens or key binding may pass a part of the arguments; the rest is asked for. */
  readonly run: (server: Server, given: Arguments) => Promise<void>;
}
