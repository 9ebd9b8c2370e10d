// Reads the level of a line that the language client or the server writes, because the log adds time and level itself.

export type LogLevelName = 'error' | 'warn' | 'info' | 'debug';

export interface LogLine {
  readonly level: LogLevelName;
  readonly text: string;
}

const SERVER_LINE = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (DEBUG|INFO|WARNING|ERROR|CRITICAL) (.*)$/s;
const CLIENT_LINE = /^\[(Error|Warn|Info|Debug)\s+- [^\]]*\] (.*)$/s;
const LEVELS: Readonly<Record<string, LogLevelName>> = {
  DEBUG: 'debug',
  Debug: 'debug',
  INFO: 'info',
  Info: 'info',
  WARNING: 'warn',
  Warn: 'warn',
  ERROR: 'error',
  CRITICAL: 'error',
  Error: 'error',
};

/** The level and the text of a line; a line without a level is information. */
export function parseLogLine(line: string): LogLine {
  const [, level = '', text = line] = SERVER_LINE.exec(line) ?? CLIENT_LINE.exec(line) ?? [];
  return { level: LEVELS[level] ?? 'info', text };
}

/** Collects text that arrives in pieces, as from a pipe, and returns the complete lines. */
export class LineBuffer {
  private rest = '';

  add(piece: string): string[] {
    const lines = (this.rest + piece).split(/\r?\n/);
    this.rest = lines.pop() ?? '';
    return lines.filter((line) => line !== '');
  }
}
