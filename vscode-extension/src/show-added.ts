// What follows when models were added: the entry is opened, and a message offers the next step.

import { openModelsFile } from './commands/open-models';
import { type Change, showResult } from './messages';
import type { CommandArguments, CommandResult, ShowModelResult } from './protocol';
import type { Server } from './server';
import type { Step } from './steps';

/** Opens the first added entry, and says what was added with the next step and Undo. */
export async function showAdded(
  server: Server,
  added: CommandArguments,
  { result, undo }: Change<CommandResult>,
): Promise<void> {
  await openModelsFile(server, added);
  const shown = await server.execute<ShowModelResult>('aloop.showModel', added).catch(() => undefined);
  showResult(result, [...(shown === undefined ? [] : nextSteps(shown, added)), ...undo]);
}

function nextSteps({ ready, current }: ShowModelResult, added: CommandArguments): Step[] {
  if (!ready) {
    return [
      { title: 'Set API Key…', command: 'aloop.setKey', arguments: added },
      { title: 'Edit Model…', command: 'aloop.editModel', arguments: added },
    ];
  }
  return current
    ? [{ title: 'Start Agent', command: 'aloop.startAgent' }]
    : [{ title: 'Use This Model', command: 'aloop.switchModel', arguments: added }];
}
