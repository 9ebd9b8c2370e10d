// The language-status items of a models.yaml: whether this file is in use, the catalog's date, the server.

import * as vscode from 'vscode';
import { activeModelsUri, sameUri } from './models-file';
import { MODELS_FILE_GLOB } from './protocol';
import type { Server } from './server';
import { brokenText, skippedLine } from './status-text';
import { SOURCES } from './why-text';

const SELECTOR: vscode.DocumentSelector = { scheme: 'file', pattern: MODELS_FILE_GLOB };

export class LanguageStatus implements vscode.Disposable {
  private readonly file = vscode.languages.createLanguageStatusItem('aloop.file', SELECTOR);
  private readonly catalog = vscode.languages.createLanguageStatusItem('aloop.catalog', SELECTOR);
  private readonly program = vscode.languages.createLanguageStatusItem('aloop.server', SELECTOR);
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly server: Server) {
    this.file.name = 'aloop: file in use';
    this.catalog.name = 'aloop: catalog';
    this.program.name = 'aloop: server';
    this.subscriptions = [
      server.onDidChange(() => this.update()),
      vscode.window.onDidChangeActiveTextEditor(() => this.update()),
    ];
    this.update();
  }

  dispose(): void {
    vscode.Disposable.from(this.file, this.catalog, this.program, ...this.subscriptions).dispose();
  }

  private update(): void {
    const active = activeModelsUri();
    // The items are seen beside a models.yaml only.
    if (active === undefined) {
      return;
    }
    this.showFile(active);
    this.showServer();
    this.showCatalog();
  }

  private showFile(active: string): void {
    const used = this.server.models?.uri ?? null;
    const isUsed = used === null || sameUri(used, active);
    const problem = this.server.models?.problem;
    const skipped = this.server.models?.skipped?.find(({ file }) => sameUri(vscode.Uri.file(file).toString(), active));
    if (skipped !== undefined) {
      this.file.severity = vscode.LanguageStatusSeverity.Warning;
      this.file.text = 'Skipped';
      this.file.detail = skippedLine(skipped);
      this.file.command = { title: 'Why?', command: 'aloop.whyThisModel' };
      return;
    }
    if (isUsed && this.server.models !== undefined && problem !== undefined) {
      this.file.severity = vscode.LanguageStatusSeverity.Error;
      this.file.text = problem.line === null ? 'models.yaml is broken' : `models.yaml is broken (line ${problem.line})`;
      this.file.detail = brokenText(this.server.models, problem);
      this.file.command = {
        title: problem.line === null ? 'Open' : `Go to Line ${problem.line}`,
        command: 'aloop.openModels',
      };
      return;
    }
    this.file.severity = isUsed ? vscode.LanguageStatusSeverity.Information : vscode.LanguageStatusSeverity.Warning;
    this.file.text = isUsed ? 'In use in this window' : 'Not the file in use';
    this.file.detail = used === null ? '' : vscode.workspace.asRelativePath(vscode.Uri.parse(used));
    this.file.command = { title: 'Why?', command: 'aloop.whyThisModel' };
  }

  private showServer(): void {
    const { condition, greeting, location } = this.server;
    const isDown = condition.kind === 'failed';
    this.program.busy = condition.kind === 'starting';
    this.program.severity = isDown ? vscode.LanguageStatusSeverity.Error : vscode.LanguageStatusSeverity.Information;
    this.program.text = isDown
      ? 'The aloop server does not run'
      : `aloop-ls ${greeting?.serverInfo?.version ?? ''}`.trim();
    this.program.detail = isDown ? condition.message : location === undefined ? '' : SOURCES[location.source];
    this.program.command = { title: 'Restart', command: 'aloop.restartServer' };
  }

  /** The server sends its state again when it finds a newer catalog. */
  private showCatalog(): void {
    const known = this.server.models?.catalog;
    this.catalog.text = known === undefined ? 'Catalog of unknown date' : `Catalog of ${known.made}`;
    this.catalog.detail = known === undefined ? '' : `LiteLLM ${known.litellm}, ${known.providers} providers`;
  }
}
