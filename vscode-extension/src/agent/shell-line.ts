// A program and its arguments as one line for the shell of a terminal.

export type ShellKind = 'posix' | 'powershell' | 'cmd';

/** The kind of shell by the path of its program, as in `/usr/bin/fish` or `C:\…\pwsh.exe`. */
export function shellKind(shell: string, platform: NodeJS.Platform): ShellKind {
  const name = (shell.split(/[\\/]/).at(-1) ?? '').replace(/\.exe$/i, '').toLowerCase();
  if (name === 'pwsh' || name === 'powershell') {
    return 'powershell';
  }
  return name === 'cmd' || (name === '' && platform === 'win32') ? 'cmd' : 'posix';
}

/** Words that need no quotes stand as they are, so that a person reads what they could have typed. */
export function shellLine(kind: ShellKind, words: readonly string[]): string {
  const line = words.map((word) => (isPlain(word, kind) ? word : quoted(word, kind))).join(' ');
  // PowerShell takes a quoted word for a text and not for a program.
  return kind === 'powershell' && line.startsWith("'") ? `& ${line}` : line;
}

function isPlain(word: string, kind: ShellKind): boolean {
  return (kind === 'posix' ? /^[\w@%+=:./-]+$/ : /^[\w+:./\\-]+$/).test(word);
}

function quoted(word: string, kind: ShellKind): string {
  // A line break would start the command before its end was typed.
  const text = word.replace(/[\r\n]+/g, ' ');
  switch (kind) {
    case 'posix':
      return `'${text.replace(/'/g, `'\\''`)}'`;
    case 'powershell':
      return `'${text.replace(/['‘’‚‛]/g, '$&$&')}'`;
    case 'cmd':
      // Nothing makes a quotation mark or a percent sign safe here, so they become their likes.
      return `"${text.replace(/"/g, "'").replace(/%/g, '％')}"`;
  }
}
