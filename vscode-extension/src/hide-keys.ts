// Replaces secret values with dots, except on the line of the cursor.

import * as vscode from 'vscode';
import { isModelsFile } from './models-file';
import { secretSpans, secretTokens } from './secret-spans';
import type { Server } from './server';

const SETTING = 'hideKeys';

export class KeyHider implements vscode.Disposable {
  // The number of dots is constant, so that it does not show the length of the key.
  private readonly decoration = vscode.window.createTextEditorDecorationType({
    textDecoration: 'none; display: none;',
    before: { contentText: '••••••••', color: new vscode.ThemeColor('editorLineNumber.foreground') },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  private readonly subscriptions: vscode.Disposable[];
  /** The secret ranges that the server sent for a version of a document. */
  private readonly known = new WeakMap<
    vscode.TextDocument,
    { readonly version: number; readonly ranges: readonly vscode.Range[] }
  >();

  constructor(private readonly server: Server) {
    const update = (): void => this.updateAll(vscode.window.visibleTextEditors);
    this.subscriptions = [
      vscode.window.onDidChangeVisibleTextEditors(update),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.update(textEditor)),
      vscode.workspace.onDidChangeTextDocument(update),
      vscode.workspace.onDidChangeConfiguration(
        (change) => change.affectsConfiguration(`aloop.${SETTING}`) && update(),
      ),
      server.onDidChange(update),
    ];
    update();
  }

  dispose(): void {
    vscode.Disposable.from(this.decoration, ...this.subscriptions).dispose();
  }

  private update(editor: vscode.TextEditor): void {
    const { document } = editor;
    if (!document.uri.path.endsWith('/.aloop/models.yaml')) {
      return;
    }
    if (!vscode.workspace.getConfiguration('aloop').get(SETTING, false)) {
      editor.setDecorations(this.decoration, []);
      return;
    }
    const byText = secretSpans(document.getText()).map(
      ({ start, end }) => new vscode.Range(document.positionAt(start), document.positionAt(end)),
    );
    const known = this.known.get(document);
    const byServer = known?.version === document.version ? known.ranges : [];
    const others = byServer.filter((range) => !byText.some((other) => other.intersection(range)));
    const isRevealed = (range: vscode.Range): boolean =>
      editor === vscode.window.activeTextEditor &&
      editor.selections.some(
        (selection) => selection.start.line <= range.end.line && selection.end.line >= range.start.line,
      );
    editor.setDecorations(
      this.decoration,
      [...byText, ...others].filter((range) => !isRevealed(range)),
    );
    if (known?.version !== document.version) {
      void this.requestSecrets(document);
    }
  }

  /** Asks the server for secrets that no pattern finds: in headers, in multi-line blocks, in the wrong field. */
  private async requestSecrets(document: vscode.TextDocument): Promise<void> {
    const version = document.version;
    const legend = this.server.initializeResult?.capabilities.semanticTokensProvider?.legend;
    if (this.server.condition.kind !== 'running' || legend === undefined || !isModelsFile(document)) {
      return;
    }
    this.known.set(document, { version, ranges: [] });
    const client = await this.server.start();
    const answer = await client
      .sendRequest<{ readonly data: readonly number[] } | null>('textDocument/semanticTokens/full', {
        textDocument: { uri: document.uri.toString() },
      })
      .catch(() => null);
    if (answer === null || document.version !== version) {
      return;
    }
    this.known.set(document, {
      version,
      ranges: secretTokens(answer.data, legend).map(({ line, start, end }) => new vscode.Range(line, start, line, end)),
    });
    this.updateAll(vscode.window.visibleTextEditors.filter((editor) => editor.document === document));
  }

  private updateAll(editors: readonly vscode.TextEditor[]): void {
    for (const editor of editors) {
      this.update(editor);
    }
  }
}
