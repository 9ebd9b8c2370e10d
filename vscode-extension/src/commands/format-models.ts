// aloop.formatModels: formats models.yaml, in the editor if it has unsaved changes.

import { executeOrExplain, showResult } from '../messages';
import { addActiveFile, fileOf } from '../model-picker';
import type { CommandResult } from '../protocol';
import type { RegisteredCommand } from './registered';

export const formatModels: RegisteredCommand = {
  id: 'aloop.formatModels',
  async run(server, given) {
    const result = await executeOrExplain<CommandResult>(server, 'aloop.formatModels', fileOf(addActiveFile(given)));
    if (result !== undefined) {
      showResult(result);
    }
  },
};
