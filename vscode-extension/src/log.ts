// The extension's log and the client's trace, in one output channel, without keys.

import type { OutputChannel } from 'vscode';
import { redactTrace } from './redact';

/** The same channel for the client's trace: every entry is redacted on its way in. */
export function tracingInto(log: OutputChannel): OutputChannel {
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
