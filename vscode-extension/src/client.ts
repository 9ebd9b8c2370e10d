// The language client: its options, and how it starts, stops and logs the server.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { homedir } from 'node:os';
import { type Diagnostic, type LogOutputChannel, workspace } from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  State,
} from 'vscode-languageclient/node';
import { withoutCommandLine } from './command-line-hints';
import { levelChannel, traceChannel } from './log';
import { MODELS_SELECTOR } from './protocol';

/** Limit for the answer to `initialize`; a cold disk and a busy machine take a few seconds. */
const START_LIMIT_MS = 30_000;
const END_LIMIT_MS = 2000;

/** Starts the server's program, and kills it if it does not answer or does not exit. */
class AloopClient extends LanguageClient {
  private child: ChildProcessWithoutNullStreams | undefined;

  constructor(
    program: string,
    args: readonly string[],
    private readonly log: LogOutputChannel,
    options: LanguageClientOptions,
  ) {
    super('aloop', 'aloop models', () => this.run(program, args), options);
  }

  /** Only logs: the extension shows its own message with the next step. */
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
    child.on('error', (error) => this.log.error(`Server error: ${error.message}`));
    child.once('exit', (code, signal) => this.log.warn(`The server stopped (${signal ?? `exit code ${code}`}).`));
    const timer = killAfter(START_LIMIT_MS, child, () =>
      this.log.error(`The server did not answer within ${START_LIMIT_MS / 1000} seconds.`),
    );
    const listener = this.onDidChangeState(({ newState }) => newState === State.Running && clearTimeout(timer));
    child.once('exit', () => listener.dispose());
    return child;
  }
}

/** Kills a program that has not exited within `limit` milliseconds, after a call of `beforeKill`. */
function killAfter(limit: number, child: ChildProcessWithoutNullStreams, beforeKill?: () => void): NodeJS.Timeout {
  const timer = setTimeout(() => {
    beforeKill?.();
    child.kill('SIGKILL');
  }, limit);
  child.once('exit', () => clearTimeout(timer));
  return timer;
}

/** The diagnostic without advice about the command line. */
function inEditorWords(diagnostic: Diagnostic): Diagnostic {
  diagnostic.message = withoutCommandLine(diagnostic.message).text;
  return diagnostic;
}

export type ClientKind = 'stopped' | 'starting' | 'running';

export interface ClientListener {
  readonly stateChanged: (kind: ClientKind) => void;
  /** Called when the server crashed; returns whether to start it again. */
  readonly crashed: () => boolean;
}

export function makeClient(
  program: string,
  logLevel: string,
  log: LogOutputChannel,
  listener: ClientListener,
): LanguageClient {
  const client = new AloopClient(program, ['--stdio', '--log-level', logLevel], log, {
    documentSelector: [...MODELS_SELECTOR],
    // The extension registers the command IDs itself; a second registration of an ID would fail.
    initializationOptions: {
      registerCommands: false,
      suggestCommand: 'editor.action.triggerSuggest',
      keyCommand: 'aloop.setKey',
      icons: true,
      lensCommands: ['aloop.addModel', 'aloop.importModels', 'aloop.setKey', 'aloop.testModels'],
      asksQuestions: true,
      ruleCommand: 'aloop.showRule',
      disableRuleCommand: 'aloop.disableRule',
      disableRuleTargets: ['workspace', 'user'],
    },
    synchronize: { configurationSection: 'aloop' },
    outputChannel: levelChannel(log),
    traceOutputChannel: traceChannel(log),
    middleware: {
      handleDiagnostics: (uri, diagnostics, next) => next(uri, diagnostics.map(inEditorWords)),
      provideDiagnostics: async (document, previousResultId, token, next) => {
        const report = await next(document, previousResultId, token);
        return report?.kind === 'full' ? { ...report, items: report.items.map(inEditorWords) } : report;
      },
    },
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => ({ action: listener.crashed() ? CloseAction.Restart : CloseAction.DoNotRestart, handled: true }),
    },
    initializationFailedHandler: () => false,
  });
  const kinds = { [State.Stopped]: 'stopped', [State.Starting]: 'starting', [State.Running]: 'running' } as const;
  client.onDidChangeState(({ newState }) => listener.stateChanged(kinds[newState]));
  return client;
}
