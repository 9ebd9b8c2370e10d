// aloop.showLog: what the extension and the server wrote; keys never stand there.

import type { RegisteredCommand } from './registered';

export const showLog: RegisteredCommand = {
  id: 'aloop.showLog',
  async run(server) {
    server.log.show(true);
  },
};
