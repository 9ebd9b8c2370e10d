// Redacts the client's trace, which shares one output channel with the log.

import type { OutputChannel } from 'vscode';
import { redactTrace } from './redact';

/** A channel that redacts every entry and appends it to `log`. */
export function redactingChannel(log: OutputChannel): OutputChannel {
  return {
    name: log.name,
    append: (entry) => log.append(redactTrace(entry)),
    appendLine: (entry) => log.appendLine(redactTrace(entry)),
    replace: (entry) => log.replace(redactTrace(entry)),
    clear: () => log.clear(),
    show: () => log.show(true),
    hide: () => log.hide(),
    dispose: () => undefined,
  };
}
