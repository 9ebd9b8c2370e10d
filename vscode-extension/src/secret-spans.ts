// Finds secrets in the text of a models.yaml immediately, without the server.

import schema from '../../schema/models.schema.json';

export interface Span {
  /** Offsets into the text. */
  readonly start: number;
  readonly end: number;
}

const SECRET_FIELDS = Object.entries(schema.definitions.profile.properties)
  .filter(([, spec]) => 'writeOnly' in spec && spec.writeOnly === true)
  .map(([name]) => name);

const NAME = `(["']?)(?:${SECRET_FIELDS.join('|')})\\1`;
const QUOTED = `"(?:[^"\\\\\\n]|\\\\.)*"?|'(?:[^'\\n]|'')*'?`;
// A plain value ends before a comment and, inside braces, before a comma or brace.
const VALUE = new RegExp(
  `(?<=^[ \\t]*|[{,][ \\t]*)${NAME}[ \\t]*:[ \\t]+` +
    `(${QUOTED}|[^\\s#"'{\\[|>&*!][^\\n]*?)(?=[ \\t]*(?:\\r?$|[ \\t]#)|[ \\t]*[,}])`,
  'gmd',
);

/** The span of each secret value, including its quotes. */
export function secretSpans(text: string): Span[] {
  return [...text.matchAll(VALUE)].flatMap((match) => {
    const span = match.indices?.[2];
    return span === undefined ? [] : [{ start: span[0], end: span[1] }];
  });
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
