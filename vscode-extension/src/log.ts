// The log of the extension: lines of the server with their level, and the redacted trace of the language client.

import { type LogOutputChannel, type OutputChannel, workspace } from 'vscode';
import { LineBuffer, parseLogLine } from './log-line';
import { isModelsFile } from './models-file';
import { redactTrace } from './redact';
import { secretSpans } from './secret-spans';

/** A channel for the language client that writes each line to `log` with its level. */
export function levelChannel(log: LogOutputChannel): OutputChannel {
  const buffer = new LineBuffer();
  const write = (line: string): void => {
    const { level, text } = parseLogLine(line);
    log[level](redactTrace(text, openSecrets()).trimEnd());
  };
  return channel(log, (piece) => buffer.add(piece).forEach(write), write);
}

/** A channel for the trace of the language client, which is on only if `aloop.trace.server` says so. */
export function traceChannel(log: LogOutputChannel): OutputChannel {
  const write = (entry: string): void => log.info(redactTrace(entry, openSecrets()).trimEnd());
  return channel(log, write, write);
}

function channel(
  log: LogOutputChannel,
  append: (piece: string) => void,
  appendLine: (line: string) => void,
): OutputChannel {
  return {
    name: log.name,
    append,
    appendLine,
    replace: appendLine,
    clear: () => log.clear(),
    show: () => log.show(true),
    hide: () => log.hide(),
    dispose: () => undefined,
  };
}

/** The secrets in the open documents, without quotes. */
function openSecrets(): string[] {
  return workspace.textDocuments.filter(isModelsFile).flatMap((document) => {
    const text = document.getText();
    return secretSpans(text).map(({ start, end }) => text.slice(start, end).replace(/^["']|["']$/g, ''));
  });
}
