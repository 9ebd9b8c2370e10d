// aloop.reloadModels: reads models.yaml from disk again.

import { executeOrExplain, showResult } from '../messages';
import { addActiveFile, fileOf } from '../model-picker';
import type { CommandResult } from '../protocol';
import type { RegisteredCommand } from './registered';

export const reloadModels: RegisteredCommand = {
  id: 'aloop.reloadModels',
  async run(server, given) {
    const result = await executeOrExplain<CommandResult>(server, 'aloop.reloadModels', fileOf(addActiveFile(given)));
    if (result !== undefined) {
      showResult(result);
    }
  },
};
