// Markdown of pages and tooltips: escaped text, and links that run a command.

import { plainText } from './plain-text';
import type { CommandArguments } from './protocol';

/** Text that Markdown and HTML show as it is, on one line. */
export function escapeMarkdown(text: string): string {
  return plainText(text)
    .replaceAll('\\$(', '$(')
    .replace(/[\\`*_{}[\]()#+\-.!|<>&~$]/g, '\\$&');
}

/** A link that runs a command; pages show it as a button. */
export function commandLink(title: string, command: string, args?: CommandArguments): string {
  const argument = args === undefined ? '' : `?${encodeURIComponent(JSON.stringify([args]))}`;
  // A parenthesis would end the link.
  const encoded = argument.replaceAll('(', '%28').replaceAll(')', '%29');
  return `[${escapeMarkdown(title)}](command:${command}${encoded})`;
}
