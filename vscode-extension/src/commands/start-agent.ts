// aloop.startAgent: an agent in a terminal of this window; it starts with the model chosen here.

import { runAloop } from '../agent/terminal';
import type { RegisteredCommand } from './registered';

export const startAgent: RegisteredCommand = {
  id: 'aloop.startAgent',
  run: (server) => runAloop(server, []),
};
