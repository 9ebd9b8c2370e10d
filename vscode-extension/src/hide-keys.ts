// Replaces secret values with dots, except on the line to which the user moves the cursor.
//
// The grammar and the default settings in package.json make secrets transparent, so that VS Code shows none before the
// extension runs, in a peek view or in a deleted line of a diff. This module adds the dots, and the color where secrets
// are visible.

import * as vscode from 'vscode';
import { isModelsFile } from './models-file';
import { MODELS_LANGUAGE } from './protocol';
import { mergeSpans, moveSpans, type Span, secretSpans, secretStart, secretTokens } from './secret-spans';
import type { Server } from './server';

const SETTING = 'hideKeys';

/** The secrets of one version of a document. */
interface Secrets {
  readonly version: number;
  readonly byText: readonly Span[];
  /** What the server found in this version, or in an older one and moved with the text. */
  readonly byServer: readonly Span[];
}

export class KeyHider implements vscode.Disposable {
  // The number of dots is constant, so that it does not show the length of the key.
  private readonly dots = vscode.window.createTextEditorDecorationType({
    textDecoration: 'none; display: none;',
    before: { contentText: '••••••••', color: new vscode.ThemeColor('editorLineNumber.foreground') },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  // Grows with the text that is typed, which the grammar makes transparent at once.
  private readonly visible = vscode.window.createTextEditorDecorationType({
    color: new vscode.ThemeColor('editor.foreground'),
    rangeBehavior: vscode.DecorationRangeBehavior.OpenOpen,
  });
  private readonly subscriptions: vscode.Disposable[];
  private readonly secrets = new WeakMap<vscode.TextDocument, Secrets>();
  private readonly asked = new WeakMap<vscode.TextDocument, number>();
  /** What each editor shows, so that a move of the cursor draws again only if it reveals or hides a line. */
  private readonly drawn = new WeakMap<vscode.TextEditor, { readonly secrets: Secrets; readonly lines: string }>();
  /** The editors in which the user, not a command, moved the cursor last. */
  private moved = new WeakSet<vscode.TextEditor>();
  /** Whether the command shows or hides the keys of this window, in place of the setting. */
  private override: boolean | undefined;

  constructor(private readonly server: Server) {
    const updateAll = (): void => this.updateAll();
    this.subscriptions = [
      vscode.window.onDidChangeVisibleTextEditors(updateAll),
      vscode.window.onDidChangeActiveTextEditor(updateAll),
      // Also when a document gets another language.
      vscode.workspace.onDidOpenTextDocument(updateAll),
      vscode.window.onDidChangeTextEditorSelection((change) => this.selectionChanged(change)),
      vscode.workspace.onDidChangeTextDocument((change) => this.textChanged(change)),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(`aloop.${SETTING}`)) {
          this.override = undefined;
          this.updateAll();
        }
      }),
      server.onDidChange(updateAll),
      server.onWillExecute(() => this.cover()),
    ];
    this.updateAll();
  }

  dispose(): void {
    vscode.Disposable.from(this.dots, this.visible, ...this.subscriptions).dispose();
  }

  /** Shows or hides the keys in all editors of this window, until the setting changes or the window closes. */
  toggle(): void {
    this.override = !this.isOn();
    this.moved = new WeakSet();
    this.updateAll();
  }

  private isOn(): boolean {
    return this.override ?? vscode.workspace.getConfiguration('aloop').get(SETTING, true);
  }

  /** Hides the revealed keys, because a command can write another key on the line of the cursor. */
  private cover(): void {
    this.moved = new WeakSet();
    this.updateAll();
  }

  private selectionChanged({ textEditor, kind }: vscode.TextEditorSelectionChangeEvent): void {
    if (kind === vscode.TextEditorSelectionChangeKind.Command) {
      this.moved.delete(textEditor);
    } else if (kind !== undefined) {
      this.moved.add(textEditor);
    }
    this.update(textEditor);
  }

  private textChanged({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const known = this.secrets.get(document);
    if (known !== undefined && contentChanges.length > 0) {
      this.secrets.set(document, this.readSecrets(document, moveSpans(known.byServer, contentChanges)));
    }
    this.updateAll((editor) => editor.document === document);
  }

  private update(editor: vscode.TextEditor): void {
    const { document } = editor;
    if (document.languageId !== MODELS_LANGUAGE && !document.uri.path.endsWith('/.aloop/models.yaml')) {
      return;
    }
    const secrets = this.secretsOf(document);
    const isOn = this.isOn();
    const revealed = new Set(isOn ? this.revealedLines(editor) : []);
    const lines = isOn ? [...revealed].join() : 'all';
    const shown = this.drawn.get(editor);
    if (shown?.secrets !== secrets || shown.lines !== lines) {
      this.drawn.set(editor, { secrets, lines });
      this.draw(editor, secrets, (line) => !isOn || revealed.has(line), revealed);
    }
    void this.requestSecrets(document);
  }

  private draw(
    editor: vscode.TextEditor,
    secrets: Secrets,
    isLineVisible: (line: number) => boolean,
    revealed: ReadonlySet<number>,
  ): void {
    const { document } = editor;
    const spans = mergeSpans([...secrets.byText, ...secrets.byServer]);
    const ranges = spans.flatMap((span) => linesOf(document, span));
    const isVisible = (range: vscode.Range): boolean => isLineVisible(range.start.line);
    editor.setDecorations(
      this.dots,
      ranges.filter((range) => !isVisible(range)),
    );
    editor.setDecorations(this.visible, [
      ...[...revealed].flatMap((line) => emptyValue(document.lineAt(line))),
      ...ranges.filter(isVisible).map((range) => range.with({ end: document.lineAt(range.start.line).range.end })),
    ]);
  }

  /** The lines of the cursors, if the user moved them there. */
  private revealedLines(editor: vscode.TextEditor): number[] {
    const isUsed = editor === vscode.window.activeTextEditor && this.moved.has(editor);
    return isUsed ? editor.selections.map((selection) => selection.active.line) : [];
  }

  private secretsOf(document: vscode.TextDocument): Secrets {
    const known = this.secrets.get(document);
    if (known?.version === document.version) {
      return known;
    }
    const secrets = this.readSecrets(document, known?.byServer ?? []);
    this.secrets.set(document, secrets);
    return secrets;
  }

  private readSecrets(document: vscode.TextDocument, byServer: readonly Span[]): Secrets {
    return { version: document.version, byText: secretSpans(document.getText()), byServer };
  }

  /** Asks the server for secrets that no pattern finds: in unknown fields, in broken text, escaped. */
  private async requestSecrets(document: vscode.TextDocument): Promise<void> {
    const version = document.version;
    const legend = this.server.initializeResult?.capabilities.semanticTokensProvider?.legend;
    const isReady = this.server.condition.kind === 'running' && legend !== undefined && isModelsFile(document);
    if (!isReady || this.asked.get(document) === version) {
      return;
    }
    this.asked.set(document, version);
    const client = await this.server.start();
    const answer = await client
      .sendRequest<{ readonly data: readonly number[] } | null>('textDocument/semanticTokens/full', {
        textDocument: { uri: document.uri.toString() },
      })
      .catch(() => null);
    if (answer === null || answer.data.length === 0) {
      // The client may not have opened the document yet.
      this.asked.delete(document);
      return;
    }
    if (document.version !== version) {
      return;
    }
    const byServer = secretTokens(answer.data, legend).map(({ line, start, end }) => ({
      start: document.offsetAt(new vscode.Position(line, start)),
      end: document.offsetAt(new vscode.Position(line, end)),
    }));
    this.secrets.set(document, { ...this.secretsOf(document), byServer });
    this.updateAll((editor) => editor.document === document);
  }

  private updateAll(isWanted: (editor: vscode.TextEditor) => boolean = () => true): void {
    for (const editor of vscode.window.visibleTextEditors.filter(isWanted)) {
      this.update(editor);
    }
  }
}

/** The range of a span on each of its lines. */
function linesOf(document: vscode.TextDocument, { start, end }: Span): vscode.Range[] {
  const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
  return Array.from({ length: range.end.line - range.start.line + 1 }, (_, index) => {
    const line = document.lineAt(range.start.line + index).range;
    return line.intersection(range) ?? line;
  }).filter((part) => !part.isEmpty);
}

/** Where the value of a secret field is typed, so that its first character is visible at once. */
function emptyValue(line: vscode.TextLine): vscode.Range[] {
  const start = secretStart(line.text);
  return start === undefined ? [] : [new vscode.Range(line.lineNumber, start, line.lineNumber, line.text.length)];
}
