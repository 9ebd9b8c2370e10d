// aloop.whyThisModel: opens a page that says which model, file and server are in use, and why.

import { doctorText } from '../agent/doctor';
import { showPage } from '../page';
import { whyText } from '../why-text';
import type { RegisteredCommand } from './registered';

export const whyThisModel: RegisteredCommand = {
  id: 'aloop.whyThisModel',
  async run(server) {
    // If the server does not start, the page says why.
    await server.start().catch(() => undefined);
    const doctor = await doctorText(server);
    await showPage({
      key: 'why',
      title: 'Why This Model?',
      markdown: async () =>
        whyText({
          models: server.models,
          program: server.location,
          version: server.initializeResult?.serverInfo?.version,
          failure: server.condition.kind === 'failed' ? server.condition.message : undefined,
          doctor,
        }),
      watch: server.onDidChange,
    });
  },
};
