// Quotes a program and its arguments as one line for the shell of a terminal.

export type ShellKind = 'posix' | 'powershell' | 'cmd';

/** The kind of shell, from the path of its program such as `/usr/bin/fish` or `C:\…\pwsh.exe`. */
export function shellKind(shell: string, platform: NodeJS.Platform): ShellKind {
  const name = (shell.split(/[\\/]/).at(-1) ?? '').replace(/\.exe$/i, '').toLowerCase();
  if (name === 'pwsh' || name === 'powershell') {
    return 'powershell';
  }
  return name === 'cmd' || (name === '' && platform === 'win32') ? 'cmd' : 'posix';
}

/** Quotes only the words that need it, so that the line reads as if a person had typed it. */
export function shellLine(kind: ShellKind, words: readonly string[]): string {
  const line = words.map((word) => (isPlain(word, kind) ? word : quote(word, kind))).join(' ');
  // PowerShell reads a quoted word as a string, not as a program.
  return kind === 'powershell' && line.startsWith("'") ? `& ${line}` : line;
}

function isPlain(word: string, kind: ShellKind): boolean {
  return (kind === 'posix' ? /^[\w@%+=:./-]+$/ : /^[\w+:./\\-]+$/).test(word);
}

function quote(word: string, kind: ShellKind): string {
  // A line break would run the command before the line is complete.
  const text = word.replace(/[\r\n]+/g, ' ');
  switch (kind) {
    case 'posix':
      return `'${text.replace(/'/g, `'\\''`)}'`;
    case 'powershell':
      return `'${text.replace(/['‘’‚‛]/g, '$&$&')}'`;
    case 'cmd':
      // cmd cannot escape a quotation mark or a percent sign, so similar characters replace them.
      return `"${text.replace(/"/g, "'").replace(/%/g, '％')}"`;
  }
}
