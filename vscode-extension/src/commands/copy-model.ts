// aloop.copyModel: copies a model with its API key to the file for all projects, or from that file to the project.

import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { runAndShow } from '../messages';
import { pickModel } from '../model-picker';
import { isSameUri } from '../models-file';
import type { CommandArguments } from '../protocol';
import type { Server } from '../server';
import type { RegisteredCommand } from './registered';

export const copyModel: RegisteredCommand = {
  id: 'aloop.copyModel',
  async run(server, given) {
    const args = await pickModel(server, given, {
      title: 'Copy Model',
      placeHolder: 'Select the model to copy to ~/.aloop/models.yaml (all projects), or from there to this project',
    });
    if (args !== undefined) {
      await runAndShow(server, 'aloop.copyModel', args, [], changedFile(server, args));
    }
  },
};

/** The file that gets the model; a new one cannot be undone. */
function changedFile(server: Server, { uri, to }: CommandArguments): CommandArguments {
  const home = vscode.Uri.file(path.join(homedir(), '.aloop', 'models.yaml')).toString();
  const used = server.models?.uri ?? undefined;
  const source = uri ?? used;
  const isFromHome = to === 'project' || (source !== undefined && isSameUri(source, home));
  const changed = isFromHome ? used : home;
  return changed === undefined ? {} : { uri: changed };
}
