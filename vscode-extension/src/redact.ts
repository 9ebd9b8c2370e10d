// Masks the secrets in the trace of the messages between VS Code and the server, so that a report can be read.
//
// Texts of documents and of edits, values of secret fields, API keys and what a user types are masked whole. Everything
// else is readable, without the secrets of the open documents and without words in the form of an API key.

import { KEY_PREFIXES, SECRET_FIELDS } from './secret-spans';

const MASK = '••••••••';

/** Names whose values are masked, whatever they are: text of a document, an API key, or what a user types. */
const SECRET_NAMES = new Set([
  ...SECRET_FIELDS,
  ...['text', 'newText', 'insertText', 'filterText', 'textEditText', 'apiKey', 'fields', 'line', 'word', 'words'],
  ...['newName', 'placeholder', 'initial'],
]);
/** Names of numbers that are positions where they are numbers. */
const POSITIONS = new Set(['line']);

/** Names whose values are readable in the arguments of a command, where a user's input is masked. */
const SAFE_ARGUMENTS = new Set([
  'command',
  'modelId',
  'provider',
  'ruleId',
  'rule',
  'target',
  'uri',
  'field',
  'session',
  'sameKeyAs',
]);

/** A word with a published prefix of API keys, a long random word, and the value of an Authorization header. */
const KEY_WORD = new RegExp(
  [
    `(?<![\\w-])(?:${KEY_PREFIXES})[\\w.+=/-]{6,}`,
    '(?<![\\w-])(?=[A-Za-z_-]*\\d)(?=[\\d_-]*[A-Za-z])[A-Za-z0-9_-]{32,}',
    '(?<![\\w-])(?:[Bb]earer|[Bb]asic)\\s+\\S{6,}',
  ].join('|'),
  'g',
);

/** The shortest part of a secret that is masked wherever it appears. */
const PART = 6;
/** A shorter secret, or one without a digit, can be any word; it is masked only in its field. */
const SHORTEST_SECRET = 12;

/**
 * Redacts an entry of the client's trace: a heading, a line such as `Params: {…}`, or a message in JSON.
 * `secrets` are those of the open documents.
 */
export function redactTrace(entry: string, secrets: readonly string[] = []): string {
  const redactor = new TraceRedactor(secrets);
  const data = /^(Params: |Result: |Error data: |(?=\{|\[[\s{["\d\]]))([\s\S]+)$/.exec(entry);
  return data === null ? redactor.text(entry) : `${data[1]}${redactor.json(data[2] ?? '')}\n`;
}

class TraceRedactor {
  /** Every part of a secret with the length `PART`. */
  private readonly parts = new Set<string>();

  constructor(secrets: readonly string[]) {
    for (const secret of secrets) {
      if (secret.length >= SHORTEST_SECRET && /\d/.test(secret)) {
        for (let at = 0; at + PART <= secret.length; at += 1) {
          this.parts.add(secret.slice(at, at + PART));
        }
      }
    }
  }

  json(json: string): string {
    try {
      return JSON.stringify(this.value(JSON.parse(json), '', false), null, 2);
    } catch {
      return MASK;
    }
  }

  text(text: string): string {
    return this.withoutParts(text.replace(KEY_WORD, MASK));
  }

  private value(value: unknown, name: string, isInput: boolean): unknown {
    if (value === null || typeof value === 'boolean') {
      return value;
    }
    if (SECRET_NAMES.has(name) && !(POSITIONS.has(name) && typeof value === 'number')) {
      return value === '' ? value : MASK;
    }
    if (Array.isArray(value)) {
      return value.map((item) => this.value(item, name, isInput));
    }
    if (typeof value === 'object') {
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [
          this.text(key),
          this.value(item, key, isInput || key === 'arguments'),
        ]),
      );
    }
    if (isInput && !SAFE_ARGUMENTS.has(name)) {
      return MASK;
    }
    return typeof value === 'string' ? this.string(value, name) : value;
  }

  private string(text: string, name: string): string {
    // A typed ID without a provider can be a key without a known form.
    if ((name === 'modelId' || name === 'sameKeyAs') && !text.includes('/')) {
      return MASK;
    }
    return this.text(text);
  }

  /** The text with each run of parts of secrets masked. */
  private withoutParts(text: string): string {
    let masked = '';
    let at = 0;
    while (at < text.length) {
      let end = at;
      while (this.parts.has(text.slice(end, end + PART))) {
        end += 1;
      }
      if (end === at) {
        masked += text[at];
        at += 1;
      } else {
        masked += MASK;
        at = end + PART - 1;
      }
    }
    return masked;
  }
}
