// aloop.testModels: one tiny request to each model, to see whether it answers.

import { runAloop } from '../agent/terminal';
import { withModels } from '../model-picker';
import type { RegisteredCommand } from './registered';

export const testModels: RegisteredCommand = {
  id: 'aloop.testModels',
  async run(server, given) {
    const chosen =
      given.modelId === undefined
        ? await withModels(server, {
            title: 'Test Models',
            placeHolder: 'Which models shall answer? Each gets one tiny request.',
          })
        : { modelIds: [given.modelId], isAll: false };
    if (chosen !== undefined) {
      await runAloop(server, ['models', 'test', ...(chosen.isAll ? [] : chosen.modelIds)]);
    }
  },
};
