// The language client: what it takes part in, what it tells the server at the start, how it logs.

import type { OutputChannel } from 'vscode';
import { LanguageClient, type ErrorHandler, type LanguageClientOptions } from 'vscode-languageclient/node';
import { isScratch } from './catalogue';
import { tracingInto } from './log';
import { MODELS_FILE_GLOB } from './protocol';

/** Logs its errors without a message of its own: the person gets one, with a next step, from `Server`. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

export function makeClient(program: string, logLevel: string, log: OutputChannel, errorHandler: ErrorHandler): LanguageClient {
  const run = { command: program, args: ['--stdio', '--log-level', logLevel] };
  const options: LanguageClientOptions = {
    documentSelector: [{ scheme: 'file', pattern: MODELS_FILE_GLOB }],
    // The extension registers the palette's ids itself; a second owner of an id would fail at start.
    initializationOptions: { registerCommands: false, suggestCommand: 'editor.action.triggerSuggest' },
    synchronize: { configurationSection: 'aloop' },
    outputChannel: log,
    traceOutputChannel: tracingInto(log),
    errorHandler,
    initializationFailedHandler: () => false,
    middleware: {
      handleDiagnostics: (uri, diagnostics, next) => (isScratch(uri) ? undefined : next(uri, diagnostics)),
    },
  };
  return new QuietClient('aloop', 'aloop models', run, options);
}
