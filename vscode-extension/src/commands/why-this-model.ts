// aloop.whyThisModel: which model is in use here and why, which file, which server; in a page that can be copied.

import * as vscode from 'vscode';
import { doctorText } from '../agent/doctor';
import { whyText } from '../why-text';
import type { RegisteredCommand } from './registered';

const SCHEME = 'aloop-why';
const PAGE = vscode.Uri.from({ scheme: SCHEME, path: 'Why this model.md' });

let page = '';
const changed = new vscode.EventEmitter<vscode.Uri>();

/** Shows the page as it was made last. */
export function registerWhyPage(): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    onDidChange: changed.event,
    provideTextDocumentContent: () => page,
  });
}

export const whyThisModel: RegisteredCommand = {
  id: 'aloop.whyThisModel',
  async run(server) {
    // Without a server the page says why there is none.
    await server.start().catch(() => undefined);
    const version = server.greeting?.serverInfo?.version;
    page = whyText({
      models: server.models,
      program: server.location,
      version,
      failure: server.condition.kind === 'failed' ? server.condition.message : undefined,
      doctor: await doctorText(server),
    });
    changed.fire(PAGE);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(PAGE), { preview: true });
  },
};
