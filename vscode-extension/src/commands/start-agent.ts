// aloop.startAgent: starts an agent in a terminal of this window, with the model selected in the window.

import { startAloop } from '../agent/terminal';
import type { RegisteredCommand } from './registered';

export const startAgent: RegisteredCommand = {
  id: 'aloop.startAgent',
  run: (server) => startAloop(server),
};
