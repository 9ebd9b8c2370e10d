// Commands about models.yaml that need no input: the server runs them, and the extension shows the message.

import { runAndShow } from '../messages';
import { addActiveFile } from '../model-picker';
import type { ServerCommand } from '../protocol';
import type { RegisteredCommand } from './registered';

function onFile(id: ServerCommand): RegisteredCommand {
  return { id, run: (server, given) => runAndShow(server, id, addActiveFile(given)) };
}

export const formatModels = onFile('aloop.formatModels');
export const protectFile = onFile('aloop.protectFile');
export const reloadModels = onFile('aloop.reloadModels');
