// aloop.protectFile: adds models.yaml to .gitignore, and makes it readable only by its owner.

import { executeOrExplain, showResult } from '../messages';
import { addActiveFile } from '../model-picker';
import type { CommandResult } from '../protocol';
import type { RegisteredCommand } from './registered';

export const protectFile: RegisteredCommand = {
  id: 'aloop.protectFile',
  async run(server, given) {
    const result = await executeOrExplain<CommandResult>(server, 'aloop.protectFile', addActiveFile(given));
    if (result !== undefined) {
      showResult(result);
    }
  },
};
