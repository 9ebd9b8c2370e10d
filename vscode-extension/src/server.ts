// The language server's life: found, started, restarted, asked, and what it last told about the models.

import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { CloseAction, ErrorAction, LanguageClient, State, type ErrorHandler, type LanguageClientOptions } from 'vscode-languageclient/node';
import { isScratch } from './catalogue';
import { tracingInto } from './log';
import { EXECUTE_COMMAND, MODELS_CHANGED, MODELS_FILE_GLOB } from './protocol';
import type { CommandArguments, CommandResult, ModelsState, ServerCommand } from './protocol';
import { findServer } from './server-lookup';

const MAXIMUM_CRASHES = 3;
const CRASH_WINDOW_MS = 3 * 60 * 1000;

export type Condition =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'running' }
  | { readonly kind: 'failed'; readonly message: string; readonly canSetPath: boolean };

/** A failure to start or to stay up, with a message that says what to do next. */
export class ServerUnavailable extends Error {}

/** Logs its errors without a message of its own: the person gets one, from here, with a next step. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private starting: Promise<LanguageClient> | undefined;
  private crashes: number[] = [];
  private readonly changed = new vscode.EventEmitter<void>();

  /** Fires when `condition` or `models` is another. */
  readonly onDidChange = this.changed.event;
  condition: Condition = { kind: 'stopped' };
  models: ModelsState | undefined;

  constructor(readonly log: vscode.OutputChannel) {}

  /** Starts the server unless it runs; rejects with `ServerUnavailable`. */
  async start(): Promise<LanguageClient> {
    if (this.client?.state === State.Running) {
      return this.client;
    }
    this.starting ??= this.end()
      .then(() => this.launch())
      .finally(() => {
        this.starting = undefined;
      });
    return this.starting;
  }

  async restart(): Promise<void> {
    await this.stop();
    this.crashes = [];
    await this.start();
  }

  async stop(): Promise<void> {
    // A client can be stopped only once it is up.
    await this.starting?.catch(() => undefined);
    await this.end();
  }

  /** Runs a command of the server, which is started if need be; rejects with its refusal or `ServerUnavailable`. */
  async execute<Result extends CommandResult>(command: ServerCommand, args: CommandArguments): Promise<Result> {
    const client = await this.start();
    return client.sendRequest<Result>(EXECUTE_COMMAND, { command, arguments: [args] });
  }

  dispose(): void {
    void this.stop();
    this.changed.dispose();
  }

  private async end(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.models = undefined;
    this.become({ kind: 'stopped' });
    // A server that went down has nothing to be told.
    await client?.dispose().catch(() => undefined);
  }

  private async launch(): Promise<LanguageClient> {
    this.become({ kind: 'starting' });
    const settings = vscode.workspace.getConfiguration('aloop');
    const location = findServer({
      configuredPath: settings.get('server.path', ''),
      workspaceFolders: (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath),
      isTrusted: vscode.workspace.isTrusted,
      platform: process.platform,
      searchPath: process.env.PATH ?? '',
      home: homedir(),
      isExecutable,
    });
    if (!location.found) {
      throw this.fail(location.message, true);
    }
    this.log.appendLine(`Starting ${location.path} (from ${location.source}).`);
    const run = {
      command: location.path,
      args: ['--stdio', '--log-level', settings.get('server.logLevel', 'warning')],
    };
    const client = new QuietClient('aloop', 'aloop models', run, this.clientOptions());
    client.onNotification(MODELS_CHANGED, (state: ModelsState) => this.show(client, state));
    client.onDidChangeState(({ newState }) => this.follow(client, newState));
    this.client = client;
    try {
      await client.start();
    } catch (error) {
      this.client = undefined;
      void client.dispose().catch(() => undefined);
      this.log.appendLine(`The server did not start: ${String(error)}`);
      throw this.fail(`${location.path} did not start. See the log; reinstalling aloop-models often helps.`, false);
    }
    return client;
  }

  private clientOptions(): LanguageClientOptions {
    return {
      documentSelector: [{ scheme: 'file', pattern: MODELS_FILE_GLOB }],
      // The extension registers the palette's ids itself; a second owner of an id would fail at start.
      initializationOptions: { registerCommands: false, suggestCommand: 'editor.action.triggerSuggest' },
      synchronize: { configurationSection: 'aloop' },
      outputChannel: this.log,
      traceOutputChannel: tracingInto(this.log),
      errorHandler: this.errorHandler(),
      initializationFailedHandler: () => false,
      middleware: {
        handleDiagnostics: (uri, diagnostics, next) => (isScratch(uri) ? undefined : next(uri, diagnostics)),
      },
    };
  }

  private errorHandler(): ErrorHandler {
    return {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => {
        const now = Date.now();
        this.crashes = [...this.crashes.filter((at) => now - at < CRASH_WINDOW_MS), now];
        if (this.crashes.length <= MAXIMUM_CRASHES) {
          return { action: CloseAction.Restart, handled: true };
        }
        this.fail(`The server stopped ${this.crashes.length} times within three minutes. See the log, then restart it.`, false);
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    };
  }

  private show(client: LanguageClient, state: ModelsState): void {
    if (client === this.client) {
      this.models = state;
      this.changed.fire();
    }
  }

  private follow(client: LanguageClient, state: State): void {
    if (client !== this.client || this.condition.kind === 'failed') {
      return;
    }
    this.become({ kind: state === State.Running ? 'running' : state === State.Starting ? 'starting' : 'stopped' });
  }

  private fail(message: string, canSetPath: boolean): ServerUnavailable {
    this.log.appendLine(message);
    this.become({ kind: 'failed', message, canSetPath });
    return new ServerUnavailable(message);
  }

  private become(condition: Condition): void {
    this.condition = condition;
    this.changed.fire();
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
