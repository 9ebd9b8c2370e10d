// What goes with a removed entry, for the confirmation.

import { plainText } from './plain-text';
import type { ShowModelResult } from './protocol';

const MOST_NAMED = 3;

export function removalDetail(shown: ShowModelResult): string {
  const { displayName, modelId, roles = [], fallback, sameKeyAs = [] } = shown;
  const uses = [
    ...(shown.default ? ['the default model'] : []),
    ...roles.map((role) => `the role ${role}`),
    ...(fallback == null ? [] : ['a fallback']),
  ];
  const parts = [
    displayName === modelId ? '' : `ID: ${modelId}.`,
    shown.apiKey === null || sameKeyAs.length > 0
      ? 'This deletes the entry from models.yaml.'
      : 'This deletes the entry and its API key from models.yaml.',
    uses.length === 0 ? '' : `The model is ${uses.join(' and ')}.`,
    sameKeyAs.length === 0 ? '' : `Its API key stays in ${named(sameKeyAs)}.`,
  ];
  return plainText(parts.filter((part) => part !== '').join(' '));
}

function named(modelIds: readonly string[]): string {
  const rest = modelIds.length - MOST_NAMED;
  return [...modelIds.slice(0, MOST_NAMED), ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
}
