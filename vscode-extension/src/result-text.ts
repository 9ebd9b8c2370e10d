// The message of a result, the problem first: VS Code may cut the rest.

import type { CommandResult } from './protocol';

/** The warnings, then the rest of the message. */
export function problemFirst({ message, warnings = [] }: CommandResult): string {
  const rest = warnings.reduce((text, warning) => text.replace(warning, () => ''), message);
  return [...warnings, rest]
    .map((text) => text.replace(/\s+/g, ' ').trim())
    .filter((text) => text !== '')
    .join(' ');
}
