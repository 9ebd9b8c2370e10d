// Starts, restarts and asks the language server, and keeps its last state of the models.

import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { ClientKind } from './client';
import { VALID, type Verdict } from './live-check';
import { locateServer } from './locate';
import { type Managed, removeUnused } from './managed/environment';
import { explainCrashes } from './managed/failure';
import type {
  Candidate,
  CheckFieldResult,
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

/** The server does not start or keeps crashing; the message says what to do next. */
export class ServerUnavailable extends Error {}

export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private starting: Promise<LanguageClient> | undefined;
  private crashes: number[] = [];
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly gaveUp = new vscode.EventEmitter<void>();
  private readonly willExecute = new vscode.EventEmitter<void>();

  /** Fires when `condition`, `location` or `models` changes. */
  readonly onDidChange = this.changed.event;
  /** Fires when the server has crashed too often and is not started again. */
  readonly onDidGiveUp = this.gaveUp.event;
  /** Fires before a command of the user runs, which can change the file. */
  readonly onWillExecute = this.willExecute.event;
  condition: Condition = { kind: 'stopped' };
  models: ModelsState | undefined;
  /** The program that runs or ran last. */
  location: FoundServer | undefined;

  constructor(
    readonly log: vscode.LogOutputChannel,
    readonly managed: Managed,
  ) {}

  /** The server's answer to `initialize`: its version, its endpoint for agents, its token legend. */
  get initializeResult(): LanguageClient['initializeResult'] {
    return this.client?.initializeResult;
  }

  /** Starts the server if it does not run. Throws `ServerUnavailable`. */
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

  /** Restarts the server if another program would be found now. Throws `ServerUnavailable`. */
  async restartIfMoved(): Promise<void> {
    await this.starting?.catch(() => undefined);
    const found = await locateServer(this.managed);
    if (this.condition.kind === 'failed' || !found.found || found.path !== this.location?.path) {
      await this.restart();
    }
  }

  async stop(): Promise<void> {
    // A client that is starting cannot be stopped.
    await this.starting?.catch(() => undefined);
    await this.end();
  }

  /** Runs a command of the server and starts it if needed. Throws the refusal or `ServerUnavailable`. */
  async execute<Result extends CommandResult>(command: ServerCommand, args: CommandArguments): Promise<Result> {
    const client = await this.start();
    this.willExecute.fire();
    return client.sendRequest<Result>(EXECUTE_COMMAND, { command, arguments: [args] });
  }

  /** The possible next words, best first; none if the server does not answer. */
  async complete(words: CommandArguments): Promise<readonly Candidate[]> {
    const answer = await this.execute<CompleteResult>('aloop.complete', words).catch(() => undefined);
    return answer?.candidates ?? [];
  }

  /** What is wrong with the text typed for a field; nothing if the server does not answer. */
  async checkField(args: CommandArguments & { readonly field: string; readonly value: string }): Promise<Verdict> {
    return this.execute<CheckFieldResult>('aloop.checkField', args).catch(() => VALID);
  }

  dispose(): void {
    void this.stop();
    this.changed.dispose();
    this.gaveUp.dispose();
    this.willExecute.dispose();
  }

  private async end(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.models = undefined;
    this.setCondition({ kind: 'stopped' });
    // A crashed server cannot be shut down.
    await client?.dispose().catch(() => undefined);
  }

  private async launch(): Promise<LanguageClient> {
    this.setCondition({ kind: 'starting' });
    const found = await locateServer(this.managed);
    if (!found.found) {
      throw this.fail(found);
    }
    this.location = found;
    this.log.info(`Starting ${found.path} (from ${found.source}).`);
    const logLevel = vscode.workspace.getConfiguration('aloop').get('server.logLevel', 'warning');
    let endedEarly: (why: Error) => void = () => undefined;
    const ended = new Promise<never>((_resolve, reject) => {
      endedEarly = reject;
    });
    // Loaded late: a window without a models.yaml does not need it.
    const { makeClient } = await import('./client');
    const client = makeClient(found.path, logLevel, this.log, {
      stateChanged: (kind) => this.stateChanged(client, kind),
      crashed: () => this.shouldRestart(endedEarly),
    });
    client.onNotification(MODELS_CHANGED, (state: ModelsState) => this.setModels(client, state));
    this.client = client;
    try {
      await Promise.race([client.start(), ended]);
    } catch (error) {
      this.client = undefined;
      void client.dispose().catch(() => undefined);
      this.log.error(`The server did not start: ${String(error)}`);
      const isManaged = found.source === 'managed';
      throw this.fail({
        reason: 'didNotStart',
        message:
          `The aloop server did not start (${found.path}). ` +
          `${isManaged ? 'Reinstall it, or see the log for details.' : 'See the log for details.'}`,
        steps: [TRY_AGAIN, ...(isManaged ? [REINSTALL] : []), SHOW_LOG],
      });
    }
    if (found.source === 'managed') {
      void removeUnused(this.managed).catch((error) =>
        this.log.warn(`Could not remove old environments: ${String(error)}`),
      );
    }
    return client;
  }

  /** Calls `endedEarly` if the server stopped while it was starting: the client would wait for its answer forever. */
  private shouldRestart(endedEarly: (why: Error) => void): boolean {
    if (this.starting !== undefined) {
      endedEarly(new Error('It stopped before it answered.'));
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

  private setModels(client: LanguageClient, state: ModelsState): void {
    if (client === this.client) {
      this.models = state;
      this.changed.fire();
    }
  }

  private stateChanged(client: LanguageClient, kind: ClientKind): void {
    if (client !== this.client || this.condition.kind === 'failed') {
      return;
    }
    if (kind !== 'running') {
      // The state is only valid while the server runs.
      this.models = undefined;
    }
    this.setCondition({ kind });
  }

  private fail(failure: Omit<Failure, 'kind'>): ServerUnavailable {
    this.log.error(failure.message);
    this.setCondition({ kind: 'failed', reason: failure.reason, message: failure.message, steps: failure.steps });
    return new ServerUnavailable(failure.message);
  }

  private setCondition(condition: Condition): void {
    this.condition = condition;
    this.changed.fire();
  }
}
