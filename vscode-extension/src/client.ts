// The language client: what it takes part in, what it tells the server at the start, how it starts, ends and logs.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { homedir } from 'node:os';
import { type OutputChannel, workspace } from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  State,
} from 'vscode-languageclient/node';
import { tracingInto } from './log';
import { MODELS_FILE_GLOB } from './protocol';

/** A server that has not greeted by then never will; a cold disk and a busy machine take a few seconds. */
const START_LIMIT_MS = 30_000;
const END_LIMIT_MS = 2000;

/** Runs the server's program, and ends it where it does not start or end by itself. */
class AloopClient extends LanguageClient {
  private child: ChildProcessWithoutNullStreams | undefined;

  constructor(
    program: string,
    args: readonly string[],
    private readonly log: OutputChannel,
    options: LanguageClientOptions,
  ) {
    super('aloop', 'aloop models', () => this.run(program, args), options);
  }

  /** Logs without a message of its own: the person gets one, with a next step, where there is something to do. */
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }

  override info(message: string): void {
    super.info(message, undefined, false);
  }

  override async stop(timeout?: number): Promise<void> {
    const child = this.child;
    try {
      await super.stop(timeout);
    } finally {
      if (child?.exitCode === null && child.signalCode === null) {
        killAfter(END_LIMIT_MS, child);
      }
    }
  }

  private async run(program: string, args: readonly string[]): Promise<ChildProcessWithoutNullStreams> {
    const child = spawn(program, args, {
      cwd: workspace.workspaceFolders?.[0]?.uri.fsPath ?? homedir(),
      windowsHide: true,
    });
    this.child = child;
    await once(child, 'spawn');
    child.on('error', (error) => this.log.appendLine(`The server: ${error.message}`));
    child.once('exit', (code, signal) =>
      this.log.appendLine(`The server has ended (${signal ?? `exit code ${code}`}).`),
    );
    const timer = killAfter(START_LIMIT_MS, child, () =>
      this.log.appendLine(`The server did not answer within ${START_LIMIT_MS / 1000} seconds.`),
    );
    const listener = this.onDidChangeState(({ newState }) => newState === State.Running && clearTimeout(timer));
    child.once('exit', () => listener.dispose());
    return child;
  }
}

/** Kills a program unless it ends by itself before; `told` is called first. */
function killAfter(limit: number, child: ChildProcessWithoutNullStreams, told?: () => void): NodeJS.Timeout {
  const timer = setTimeout(() => {
    told?.();
    child.kill('SIGKILL');
  }, limit);
  child.once('exit', () => clearTimeout(timer));
  return timer;
}

export type ClientKind = 'stopped' | 'starting' | 'running';

export interface Life {
  readonly became: (kind: ClientKind) => void;
  /** The server has ended unasked; true where it is to be started again. */
  readonly ended: () => boolean;
}

export function makeClient(program: string, logLevel: string, log: OutputChannel, life: Life): LanguageClient {
  const client = new AloopClient(program, ['--stdio', '--log-level', logLevel], log, {
    documentSelector: [{ scheme: 'file', pattern: MODELS_FILE_GLOB }],
    // The extension registers the palette's ids itself; a second owner of an id would fail at start.
    initializationOptions: {
      registerCommands: false,
      suggestCommand: 'editor.action.triggerSuggest',
      keyCommand: 'aloop.setKey',
    },
    synchronize: { configurationSection: 'aloop' },
    outputChannel: log,
    traceOutputChannel: tracingInto(log),
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => ({ action: life.ended() ? CloseAction.Restart : CloseAction.DoNotRestart, handled: true }),
    },
    initializationFailedHandler: () => false,
  });
  const kinds = { [State.Stopped]: 'stopped', [State.Starting]: 'starting', [State.Running]: 'running' } as const;
  client.onDidChangeState(({ newState }) => life.became(kinds[newState]));
  return client;
}
