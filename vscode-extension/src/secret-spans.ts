// Finds secrets in the text of a models.yaml immediately, without the server: with the patterns of the grammar, which
// hides them before the extension runs, and in values that continue on the next lines.

import schema from '../../schema/models.schema.json';
import grammar from '../language/models.tmLanguage.json';

export interface Span {
  /** Offsets into the text. */
  readonly start: number;
  readonly end: number;
}

/** The scope of secrets, which `editor.tokenColorCustomizations` in package.json makes transparent. */
export const SECRET_SCOPE = 'string.secret.aloop';

export const SECRET_FIELDS = Object.entries(schema.definitions.profile.properties)
  .filter(([, spec]) => 'writeOnly' in spec && spec.writeOnly === true)
  .map(([name]) => name);

/** The published prefixes of API keys, as an expression. */
export const KEY_PREFIXES = /\(\?:(sk-[^)]+)\)/.exec(grammar.repository.key.match)?.[1] ?? '';

interface GrammarRule {
  readonly match: string;
  readonly name?: string;
  readonly captures?: Readonly<Record<string, { readonly name: string }>>;
}

interface Pattern {
  readonly expression: RegExp;
  /** The groups that are secret; group 0 is the whole match. */
  readonly groups: readonly number[];
}

const [IN_CODE, IN_COMMENT] = Object.values(grammar.injections).map(({ patterns }) =>
  patterns.map(({ include }) => toPattern(grammar.repository[include.slice(1) as keyof typeof grammar.repository])),
) as [Pattern[], Pattern[]];

function toPattern({ match, name, captures = {} }: GrammarRule): Pattern {
  const groups = Object.entries(captures).flatMap(([group, scope]) =>
    scope.name === SECRET_SCOPE ? [Number(group)] : [],
  );
  return { expression: new RegExp(match, 'dg'), groups: name === SECRET_SCOPE ? [0] : groups };
}

/** What every line with a match of a pattern contains. */
const HINT = /key|token|secret|headers|_id|auth|cookie|passw|credential|signature|[\w+/=.-]{16}/i;
/** VS Code colors no longer lines, so that all of it is hidden. */
const LONGEST_LINE = 20_000;
const LINE = /[^\r\n]+/g;
/** A line up to its comment; quotes count only where a value can start. */
const CODE =
  /^(?:(?=["'])(?<=^[ \t]*|[:,{[-][ \t]*)(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')|(?<![^ \t])[^#]|(?<=[^ \t]).)*/;
const FIELD = new RegExp(`^([ \\t]*)(?:- +)?(["']?)(${SECRET_FIELDS.join('|')})\\2[ \\t]*:(?:[ \\t]+(.*))?$`);
const BLOCK_SCALAR = /^(?:[&!]\S+[ \t]+)*[|>][-+0-9]*[ \t]*(?:#.*)?$/;
const PAIR = /^[ \t]*(?:"[^"]*"|'[^']*'|[^\s"'#][^\s]*)[ \t]*:(?=[ \t]|$)[ \t]*/;
const VALUE_START = new RegExp(`(?<![\\w./-])(?:${SECRET_FIELDS.join('|')})["']?[ \\t]*[:=][ \\t]*`);

/** A secret field whose value continues on the lines that are indented more. */
interface OpenField {
  readonly indent: number;
  readonly kind: 'block' | 'plain' | 'pairs';
}

/** The spans of the secrets, including quotes, each on one line, sorted and disjoint. */
export function secretSpans(text: string): Span[] {
  const spans: Span[] = [];
  let open: OpenField | undefined;
  for (const { 0: line, index } of text.matchAll(LINE)) {
    const indent = line.length - line.trimStart().length;
    if (open !== undefined && indent <= open.indent && indent < line.length) {
      open = undefined;
    }
    const continued = open === undefined ? undefined : continuedSpan(line, open);
    if (open?.kind === 'plain' && continued === undefined && indent < line.length) {
      open = undefined;
    }
    const found = mergeSpans([...(continued ? [continued] : []), ...spansOfLine(line)]);
    spans.push(...found.map(({ start, end }) => ({ start: index + start, end: index + end })));
    open ??= openField(line);
  }
  return spans;
}

/** Where the secret part of a line starts, also if it is still empty; undefined if the line has none. */
export function secretStart(line: string): number | undefined {
  const value = VALUE_START.exec(line);
  return value === null ? undefined : value.index + value[0].length;
}

function spansOfLine(line: string): Span[] {
  if (!HINT.test(line)) {
    return [];
  }
  if (line.length > LONGEST_LINE) {
    return [{ start: 0, end: line.length }];
  }
  const length = CODE.exec(line)?.[0].length ?? line.length;
  return [
    ...spansOfPatterns(line.slice(0, length), IN_CODE, 0),
    ...spansOfPatterns(line.slice(length), IN_COMMENT, length),
  ];
}

/** The spans in a part of a line. As in a grammar, the leftmost match is first, and of several the first pattern. */
function spansOfPatterns(text: string, patterns: readonly Pattern[], offset: number): Span[] {
  const spans: Span[] = [];
  const next = patterns.map((): RegExpExecArray | null | undefined => undefined);
  for (let at = 0; at < text.length; ) {
    let best: RegExpExecArray | undefined;
    let groups: readonly number[] = [];
    for (const [index, pattern] of patterns.entries()) {
      let match = next[index];
      if (match === undefined || (match !== null && match.index < at)) {
        pattern.expression.lastIndex = at;
        match = pattern.expression.exec(text);
        next[index] = match;
      }
      if (match !== null && (best === undefined || match.index < best.index)) {
        best = match;
        groups = pattern.groups;
      }
    }
    if (best === undefined) {
      break;
    }
    for (const group of groups) {
      const span = best.indices?.[group];
      if (span !== undefined) {
        spans.push({ start: offset + span[0], end: offset + span[1] });
      }
    }
    at = Math.max(best.index + best[0].length, at + 1);
  }
  return spans;
}

/** The secret part of a line that continues an open field. */
function continuedSpan(line: string, open: OpenField): Span | undefined {
  const start = line.length - line.trimStart().length;
  const pair = open.kind === 'block' ? null : PAIR.exec(line);
  if (open.kind === 'plain' && pair !== null) {
    return undefined;
  }
  const isComment = open.kind !== 'block' && line[start] === '#';
  const from = pair === null ? start : pair[0].length;
  const end = line.trimEnd().length;
  return isComment || from >= end ? undefined : { start: from, end };
}

function openField(line: string): OpenField | undefined {
  const field = FIELD.exec(line);
  if (field === null) {
    return undefined;
  }
  const [, indent = '', , name, value = ''] = field;
  const kind = name === 'extra_headers' ? 'pairs' : BLOCK_SCALAR.test(value) ? 'block' : 'plain';
  return { indent: indent.length, kind };
}

/** The same spans, sorted and disjoint; those that touch become one. */
export function mergeSpans(spans: readonly Span[]): Span[] {
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of [...spans].sort((one, other) => one.start - other.start)) {
    const last = merged.at(-1);
    if (last !== undefined && start <= last.end) {
      last.end = Math.max(last.end, end);
    } else if (end > start) {
      merged.push({ start, end });
    }
  }
  return merged;
}

/** A change of a document, as VS Code reports it. */
export interface TextChange {
  readonly rangeOffset: number;
  readonly rangeLength: number;
  readonly text: string;
}

/** Moves spans with the text, so that a secret that only the server knows stays hidden until it answers again. */
export function moveSpans(spans: readonly Span[], changes: readonly TextChange[]): Span[] {
  return changes.reduce<Span[]>((moved, change) => moved.flatMap((span) => moveSpan(span, change)), [...spans]);
}

function moveSpan(span: Span, { rangeOffset: start, rangeLength, text }: TextChange): Span[] {
  const end = start + rangeLength;
  const grown = text.length - rangeLength;
  if (span.end < start) {
    return [span];
  }
  if (span.start >= end && !(span.start === start && rangeLength > 0)) {
    return [{ start: span.start + grown, end: span.end + grown }];
  }
  const moved = { start: Math.min(span.start, start), end: Math.max(span.end, end) + grown };
  return moved.end > moved.start ? [moved] : [];
}

export interface TokenLegend {
  readonly tokenModifiers: readonly string[];
}

export interface LineSpan {
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

/** Decodes the semantic tokens that have the modifier `secret`. */
export function secretTokens(data: readonly number[], legend: TokenLegend): LineSpan[] {
  const secret = 1 << legend.tokenModifiers.indexOf('secret');
  const found: LineSpan[] = [];
  let line = 0;
  let start = 0;
  for (let at = 0; at + 4 < data.length; at += 5) {
    const [below = 0, right = 0, length = 0, , modifiers = 0] = data.slice(at, at + 5);
    line += below;
    start = below === 0 ? start + right : right;
    if (modifiers & secret) {
      found.push({ line, start, end: start + length });
    }
  }
  return found;
}
