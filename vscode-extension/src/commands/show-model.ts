// aloop.showModel: shows an entry as a page, with its secrets masked.

import * as vscode from 'vscode';
import { executeOrExplain } from '../messages';
import { modelPage } from '../model-page';
import { fileOf, type ModelArguments, pickModel } from '../model-picker';
import { isSameUri } from '../models-file';
import { showPage } from '../page';
import type { Help, ShowModelResult } from '../protocol';
import { toRefusal } from '../refusal';
import type { Server } from '../server';
import type { RegisteredCommand } from './registered';

export const showModel: RegisteredCommand = {
  id: 'aloop.showModel',
  async run(server, given) {
    const args = await pickModel(server, given, { title: 'Show Model', placeHolder: 'Select the model to show' });
    const first = args && (await executeOrExplain<ShowModelResult>(server, 'aloop.showModel', args));
    if (args === undefined || first === undefined) {
      return;
    }
    const help = await keyPage(server, args);
    await showPage({
      key: `${args.uri ?? ''} ${args.modelId}`,
      title: first.displayName,
      markdown: async () => {
        // A removed model keeps its page until the user closes it.
        const shown = await server.execute<ShowModelResult>('aloop.showModel', args).catch(() => undefined);
        return shown && modelPage(shown, fileOf(args), help);
      },
      watch: (update) => watchFile(server, args, update),
    });
  },
};

/** Watches the file, on disk and in the editor: the server's state does not contain every field. */
function watchFile(server: Server, args: ModelArguments, update: () => void): vscode.Disposable {
  const used = args.uri ?? server.models?.uri;
  if (used == null) {
    return server.onDidChange(update);
  }
  const folder = vscode.Uri.joinPath(vscode.Uri.parse(used), '..');
  const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, 'models.yaml'));
  return vscode.Disposable.from(
    watcher,
    watcher.onDidChange(update),
    watcher.onDidCreate(update),
    vscode.workspace.onDidChangeTextDocument(({ document }) => isSameUri(document.uri.toString(), used) && update()),
    server.onDidChange(update),
  );
}

/** The page of the provider with API keys, which the question for a new key has. */
async function keyPage(server: Server, args: ModelArguments): Promise<Help | undefined> {
  return server.execute('aloop.setKey', { ...fileOf(args), modelId: args.modelId, ask: true }).then(
    () => undefined,
    (error) => toRefusal(error)?.question?.help,
  );
}
