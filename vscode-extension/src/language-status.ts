// Language status items of a models.yaml: whether the file is in use, the date of the catalog, the server.

import * as vscode from 'vscode';
import { activeModelsUri, hasOwnName, isListed, isSameUri } from './models-file';
import { MODELS_SELECTOR } from './protocol';
import type { Server } from './server';
import { brokenText, skippedLine } from './status-text';
import { SOURCES } from './why-text';

export class LanguageStatus implements vscode.Disposable {
  private readonly file = vscode.languages.createLanguageStatusItem('aloop.file', MODELS_SELECTOR);
  private readonly catalog = vscode.languages.createLanguageStatusItem('aloop.catalog', MODELS_SELECTOR);
  private readonly program = vscode.languages.createLanguageStatusItem('aloop.server', MODELS_SELECTOR);
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly server: Server) {
    this.file.name = 'aloop: models file';
    this.catalog.name = 'aloop: model catalog';
    this.program.name = 'aloop: server';
    this.subscriptions = [
      server.onDidChange(() => this.update()),
      vscode.window.onDidChangeActiveTextEditor(() => this.update()),
      vscode.workspace.onDidChangeConfiguration(
        (change) => change.affectsConfiguration('aloop.files') && this.update(),
      ),
    ];
    this.update();
  }

  dispose(): void {
    vscode.Disposable.from(this.file, this.catalog, this.program, ...this.subscriptions).dispose();
  }

  private update(): void {
    const active = activeModelsUri();
    // VS Code shows the items only while a models.yaml is active.
    if (active === undefined) {
      return;
    }
    this.showFile(active);
    this.showServer();
    this.showCatalog();
  }

  private showFile(active: string): void {
    const document = vscode.window.activeTextEditor?.document;
    if (document !== undefined && !hasOwnName(document)) {
      this.file.severity = vscode.LanguageStatusSeverity.Information;
      this.file.text = 'Not used by agents';
      this.file.detail = isListed(document) ? 'Listed in aloop.files' : 'Only .aloop/models.yaml is read';
      this.file.command = { title: 'Why This Model?', command: 'aloop.whyThisModel' };
      return;
    }
    const used = this.server.models?.uri ?? null;
    const isUsed = used === null || isSameUri(used, active);
    const problem = this.server.models?.problem;
    const skipped = this.server.models?.skipped?.find(({ file }) =>
      isSameUri(vscode.Uri.file(file).toString(), active),
    );
    if (skipped !== undefined) {
      this.file.severity = vscode.LanguageStatusSeverity.Warning;
      this.file.text = 'Skipped';
      this.file.detail = skippedLine(skipped);
      this.file.command = { title: 'Why This Model?', command: 'aloop.whyThisModel' };
      return;
    }
    if (isUsed && this.server.models !== undefined && problem !== undefined) {
      this.file.severity = vscode.LanguageStatusSeverity.Error;
      this.file.text = problem.line === null ? 'Cannot be read' : `Not valid (line ${problem.line})`;
      this.file.detail = brokenText(this.server.models, problem);
      this.file.command = {
        title: problem.line === null ? 'Open' : `Go to Line ${problem.line}`,
        command: 'aloop.openModels',
      };
      return;
    }
    this.file.severity = isUsed ? vscode.LanguageStatusSeverity.Information : vscode.LanguageStatusSeverity.Warning;
    this.file.text = isUsed ? 'In use in this window' : 'Not in use in this window';
    this.file.detail = used === null ? '' : vscode.workspace.asRelativePath(vscode.Uri.parse(used));
    this.file.command = { title: 'Why This Model?', command: 'aloop.whyThisModel' };
  }

  private showServer(): void {
    const { condition, initializeResult, location } = this.server;
    const isDown = condition.kind === 'failed';
    this.program.busy = condition.kind === 'starting';
    this.program.severity = isDown ? vscode.LanguageStatusSeverity.Error : vscode.LanguageStatusSeverity.Information;
    this.program.text = isDown
      ? 'The aloop server is not running'
      : `aloop-ls ${initializeResult?.serverInfo?.version ?? ''}`.trim();
    this.program.detail = isDown ? condition.message : location === undefined ? '' : SOURCES[location.source];
    this.program.command = { title: 'Restart', command: 'aloop.restartServer' };
  }

  /** The server sends its state again when it finds a newer catalog. */
  private showCatalog(): void {
    const known = this.server.models?.catalog;
    this.catalog.text = known === undefined ? 'Model catalog' : `Model catalog of ${known.made}`;
    this.catalog.detail = known === undefined ? '' : `LiteLLM ${known.litellm}, ${known.providers} providers`;
  }
}
