// aloop.restartServer: looks for the server again and starts it.

import { explainUnavailable } from '../messages';
import type { RegisteredCommand } from './registered';

export const restartServer: RegisteredCommand = {
  id: 'aloop.restartServer',
  async run(server) {
    await server.restart().catch(() => void explainUnavailable(server));
  },
};
