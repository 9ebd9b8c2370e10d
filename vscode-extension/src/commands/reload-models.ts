// aloop.reloadModels: reads models.yaml again from disk.

import { executeOrExplain, tell } from '../messages';
import { fileOf, withFile } from '../model-picker';
import type { CommandResult } from '../protocol';
import type { RegisteredCommand } from './registered';

export const reloadModels: RegisteredCommand = {
  id: 'aloop.reloadModels',
  async run(server, given) {
    const result = await executeOrExplain<CommandResult>(server, 'aloop.reloadModels', fileOf(withFile(given)));
    if (result !== undefined) {
      tell(result);
    }
  },
};
