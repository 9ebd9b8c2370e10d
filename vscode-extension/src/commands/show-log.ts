// aloop.showLog: opens the log of the extension and the server, which never contains API keys.

import type { RegisteredCommand } from './registered';

export const showLog: RegisteredCommand = {
  id: 'aloop.showLog',
  async run(server) {
    server.log.show(true);
  },
};
