// The language server's life: found, started, restarted, asked, and what it last told about the models.

import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { ClientKind } from './client';
import { locateServer } from './locate';
import { type Managed, tidy } from './managed/environment';
import { explainCrashes } from './managed/failure';
import type {
  Candidate,
  CommandArguments,
  CommandResult,
  CompleteResult,
  ModelsState,
  ServerCommand,
} from './protocol';
import { EXECUTE_COMMAND, MODELS_CHANGED } from './protocol';
import type { FoundServer } from './server-lookup';
import { REINSTALL, SHOW_LOG, type Step, TRY_AGAIN } from './steps';

const MAXIMUM_CRASHES = 3;
const CRASH_WINDOW_MS = 3 * 60 * 1000;

export interface Failure {
  readonly kind: 'failed';
  readonly reason: 'settingNotExecutable' | 'notInstalled' | 'didNotStart' | 'crashed';
  readonly message: string;
  readonly steps: readonly Step[];
}

export type Condition = { readonly kind: ClientKind } | Failure;

/** A failure to start or to stay up, with a message that says what to do next. */
export class ServerUnavailable extends Error {}

export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private starting: Promise<LanguageClient> | undefined;
  private crashes: number[] = [];
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly gaveUp = new vscode.EventEmitter<void>();

  /** Fires when `condition`, `location` or `models` is another. */
  readonly onDidChange = this.changed.event;
  /** Fires when the running server ended once too often; nobody is waiting who could tell the person. */
  readonly onDidGiveUp = this.gaveUp.event;
  condition: Condition = { kind: 'stopped' };
  models: ModelsState | undefined;
  /** The program that runs, or ran last. */
  location: FoundServer | undefined;

  constructor(
    readonly log: vscode.OutputChannel,
    readonly managed: Managed,
  ) {}

  /** What the running server said at its start: its version, its endpoint for agents, its legend of tokens. */
  get greeting(): LanguageClient['initializeResult'] {
    return this.client?.initializeResult;
  }

  /** Starts the server unless it runs; rejects with `ServerUnavailable`. */
  async start(): Promise<LanguageClient> {
    if (this.client?.isRunning()) {
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

  /** Starts it anew where another program would be found now; rejects with `ServerUnavailable`. */
  async restartIfMoved(): Promise<void> {
    await this.starting?.catch(() => undefined);
    const found = await locateServer(this.managed);
    if (this.condition.kind === 'failed' || !found.found || found.path !== this.location?.path) {
      await this.restart();
    }
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

  /** The words that could come next, best first; none where the server cannot say. */
  async complete(words: CommandArguments): Promise<readonly Candidate[]> {
    const answer = await this.execute<CompleteResult>('aloop.complete', words).catch(() => undefined);
    return answer?.candidates ?? [];
  }

  dispose(): void {
    void this.stop();
    this.changed.dispose();
    this.gaveUp.dispose();
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
    const found = await locateServer(this.managed);
    if (!found.found) {
      throw this.fail(found);
    }
    this.location = found;
    this.log.appendLine(`Starting ${found.path} (from ${found.source}).`);
    const logLevel = vscode.workspace.getConfiguration('aloop').get('server.logLevel', 'warning');
    let endedEarly: (why: Error) => void = () => undefined;
    const ended = new Promise<never>((_resolve, reject) => {
      endedEarly = reject;
    });
    // Loaded here, for a window without a models.yaml has no use for it.
    const { makeClient } = await import('./client');
    const client = makeClient(found.path, logLevel, this.log, {
      became: (kind) => this.follow(client, kind),
      ended: () => this.isToRestart(endedEarly),
    });
    client.onNotification(MODELS_CHANGED, (state: ModelsState) => this.show(client, state));
    this.client = client;
    try {
      await Promise.race([client.start(), ended]);
    } catch (error) {
      this.client = undefined;
      void client.dispose().catch(() => undefined);
      this.log.appendLine(`The server did not start: ${String(error)}`);
      const isManaged = found.source === 'managed';
      throw this.fail({
        reason: 'didNotStart',
        message:
          `${found.path} did not start. ` +
          `${isManaged ? 'Reinstalling it often helps.' : 'The log tells why; reinstalling aloop-models often helps.'}`,
        steps: [TRY_AGAIN, ...(isManaged ? [REINSTALL] : []), SHOW_LOG],
      });
    }
    if (found.source === 'managed') {
      void tidy(this.managed).catch((error) => this.log.appendLine(`Old environments stay: ${String(error)}`));
    }
    return client;
  }

  /** `endedEarly` is told of a server that was never up: waiting for its greeting would not end. */
  private isToRestart(endedEarly: (why: Error) => void): boolean {
    if (this.starting !== undefined) {
      endedEarly(new Error('It ended before it had greeted.'));
      return false;
    }
    const now = Date.now();
    this.crashes = [...this.crashes.filter((at) => now - at < CRASH_WINDOW_MS), now];
    if (this.crashes.length <= MAXIMUM_CRASHES) {
      return true;
    }
    this.fail({ reason: 'crashed', ...explainCrashes(this.crashes.length, this.location?.source === 'managed') });
    this.gaveUp.fire();
    return false;
  }

  private show(client: LanguageClient, state: ModelsState): void {
    if (client === this.client) {
      this.models = state;
      this.changed.fire();
    }
  }

  private follow(client: LanguageClient, kind: ClientKind): void {
    if (client !== this.client || this.condition.kind === 'failed') {
      return;
    }
    if (kind !== 'running') {
      // What a server told ends with it.
      this.models = undefined;
    }
    this.become({ kind });
  }

  private fail(failure: Omit<Failure, 'kind'>): ServerUnavailable {
    this.log.appendLine(failure.message);
    this.become({ kind: 'failed', reason: failure.reason, message: failure.message, steps: failure.steps });
    return new ServerUnavailable(failure.message);
  }

  private become(condition: Condition): void {
    this.condition = condition;
    this.changed.fire();
  }
}
