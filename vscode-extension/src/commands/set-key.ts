// aloop.setKey: replaces an API key in every entry that shares it.

import { askPending } from '../ask-question';
import { BACK, runWithQuestions } from '../flow';
import { executeWithUndo, explain, showResult, startOrExplain } from '../messages';
import { addActiveFile, pickModel } from '../model-picker';
import type { RegisteredCommand } from './registered';

export const setKey: RegisteredCommand = {
  id: 'aloop.setKey',
  async run(server, given) {
    const args =
      given.provider === undefined
        ? await pickModel(server, given, {
            title: 'Set API Key',
            placeHolder: 'Select the model to set the API key of',
          })
        : addActiveFile(given);
    if (args === undefined || !(await startOrExplain(server))) {
      return;
    }
    const title = `Set API Key: ${args.modelId ?? args.provider}`;
    const typed = new Map<string, string>();
    try {
      const changed = await runWithQuestions(
        (complete) => executeWithUndo(server, 'aloop.setKey', complete),
        args,
        (pending, context) => askPending(server, pending, context, { title, hasBefore: false, typed }),
      );
      if (changed !== undefined && changed !== BACK) {
        showResult(changed.result, changed.undo);
      }
    } catch (error) {
      explain(server, 'aloop.setKey', args, error);
    }
  },
};
