// aloop.setDefaultModel: the model that new agents start with.

import { executeOrExplain, tell } from '../messages';
import { withModel } from '../model-picker';
import type { CommandResult } from '../protocol';
import type { RegisteredCommand } from './registered';

export const setDefaultModel: RegisteredCommand = {
  id: 'aloop.setDefaultModel',
  async run(server, given) {
    const args = await withModel(server, given, { title: 'Set Default Model', placeHolder: 'New agents start with…' });
    const result = args && (await executeOrExplain<CommandResult>(server, 'aloop.setDefaultModel', args));
    if (result !== undefined) {
      tell(result);
    }
  },
};
