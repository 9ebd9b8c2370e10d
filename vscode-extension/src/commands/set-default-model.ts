// aloop.setDefaultModel: sets the model that new agents start with.

import { runAndShow } from '../messages';
import { pickModel } from '../model-picker';
import type { RegisteredCommand } from './registered';

export const setDefaultModel: RegisteredCommand = {
  id: 'aloop.setDefaultModel',
  async run(server, given) {
    const args = await pickModel(server, given, {
      title: 'Set Default Model',
      placeHolder: 'Select the model that new agents start with',
    });
    if (args !== undefined) {
      await runAndShow(server, 'aloop.setDefaultModel', args);
    }
  },
};
