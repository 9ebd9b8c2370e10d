// Quoting for terminals: no part of a prompt may become a command.

import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { shellKind, shellLine } from '../../src/agent/shell-line';

describe('shellKind', () => {
  it.each([
    ['/usr/bin/fish', 'linux', 'posix'],
    ['C:\\Program Files\\PowerShell\\7\\pwsh.exe', 'win32', 'powershell'],
    ['C:\\Windows\\System32\\cmd.exe', 'win32', 'cmd'],
    ['C:\\Program Files\\Git\\bin\\bash.exe', 'win32', 'posix'],
    ['', 'win32', 'cmd'],
    ['', 'linux', 'posix'],
  ] as const)('%s on %s is %s', (shell, platform, kind) => {
    expect(shellKind(shell, platform)).toBe(kind);
  });
});

describe('shellLine', () => {
  it.each([
    ['posix', ['/opt/a/aloop', 'models', 'test'], '/opt/a/aloop models test'],
    ['posix', ['/my dir/aloop', 'compare', "it's $HOME"], "'/my dir/aloop' compare 'it'\\''s $HOME'"],
    ['powershell', ['C:\\my dir\\aloop.exe', 'compare', "it's"], "& 'C:\\my dir\\aloop.exe' compare 'it''s'"],
    ['powershell', ['C:\\a\\aloop.exe'], 'C:\\a\\aloop.exe'],
    ['cmd', ['C:\\my dir\\aloop.exe', 'say "x" & 5%'], `"C:\\my dir\\aloop.exe" "say 'x' & 5％"`],
  ] as const)('for %s: %j', (kind, words, line) => {
    expect(shellLine(kind, words)).toBe(line);
  });

  it('passes exactly the words to a real shell', () => {
    const words = ['a b', '$(id)', '`id`', "it's", '"q"', '*', '!x', '\\', ';', '', 'ü', '-n', '#c', '~'];
    const shown = execFileSync('/bin/sh', ['-c', shellLine('posix', ['printf', '[%s]', ...words])], {
      encoding: 'utf8',
    });
    expect(shown).toBe(words.map((word) => `[${word}]`).join(''));
  });

  it('stays one line', () => {
    expect(shellLine('posix', ['echo', 'one\r\ntwo'])).toBe("echo 'one two'");
  });
});
