// aloop.whyThisModel: opens a page that says which model, file and server are in use, and why.

import * as vscode from 'vscode';
import { doctorText } from '../agent/doctor';
import { whyText } from '../why-text';
import type { RegisteredCommand } from './registered';

const SCHEME = 'aloop-why';
const PAGE = vscode.Uri.from({ scheme: SCHEME, path: 'Why this model.md' });

let page = '';
const changed = new vscode.EventEmitter<vscode.Uri>();

/** Provides the text of the page. */
export function registerWhyPage(): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    onDidChange: changed.event,
    provideTextDocumentContent: () => page,
  });
}

export const whyThisModel: RegisteredCommand = {
  id: 'aloop.whyThisModel',
  async run(server) {
    // If the server does not start, the page says why.
    await server.start().catch(() => undefined);
    const version = server.initializeResult?.serverInfo?.version;
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
