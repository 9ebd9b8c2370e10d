// aloop.setDefaultModel: sets the model that new agents start with.

import { executeOrExplain, showResult } from '../messages';
import { pickModel } from '../model-picker';
import type { CommandResult } from '../protocol';
import type { RegisteredCommand } from './registered';

export const setDefaultModel: RegisteredCommand = {
  id: 'aloop.setDefaultModel',
  async run(server, given) {
    const args = await pickModel(server, given, {
      title: 'Set Default Model',
      placeHolder: 'Select the model that new agents start with',
    });
    const result = args && (await executeOrExplain<CommandResult>(server, 'aloop.setDefaultModel', args));
    if (result !== undefined) {
      showResult(result);
    }
  },
};
