// aloop.testModels: sends one small request to each selected model in a terminal.

import { runAloop } from '../agent/terminal';
import { pickModels } from '../model-picker';
import type { RegisteredCommand } from './registered';

export const testModels: RegisteredCommand = {
  id: 'aloop.testModels',
  async run(server, given) {
    const chosen =
      given.modelId === undefined
        ? await pickModels(server, {
            title: 'Test Models',
            placeHolder: 'Select the models to test. Each one gets a small request.',
          })
        : { modelIds: [given.modelId], isAll: false };
    if (chosen !== undefined) {
      await runAloop(server, ['models', 'test', ...(chosen.isAll ? [] : chosen.modelIds)]);
    }
  },
};
