// Keys of other entries that a new model can share. Only their owners are named: no key comes to the extension.

import { plainText } from './plain-text';
import type { Model, ShowModelResult } from './protocol';

const MAXIMUM = 20;

export interface KeyOffer {
  readonly label: string;
  readonly description: string;
  readonly sameKeyAs: string;
}

/** The entries of the new model's provider that have a key. */
export function entriesWithKey(models: readonly Model[], modelId: string): string[] {
  const provider = modelId.split('/', 1)[0];
  return models
    .filter((model) => model.provider === provider && model.apiKey !== null && model.modelId !== modelId)
    .map((model) => model.modelId)
    .slice(0, MAXIMUM);
}

/** One row per different key; a key for an address of its own is not the provider's. */
export function keyOffers(entries: readonly ShowModelResult[]): KeyOffer[] {
  const offers: KeyOffer[] = [];
  const covered = new Set<string>();
  for (const entry of entries) {
    if (covered.has(entry.modelId) || entry.fields.api_base != null) {
      continue;
    }
    const others = entry.sameKeyAs ?? [];
    for (const id of others) {
      covered.add(id);
    }
    offers.push({
      label: `$(key) The key of ${plainText(entry.displayName)}`,
      description: others.length === 0 ? '' : `and of ${others.length} other${others.length === 1 ? '' : 's'}`,
      sameKeyAs: entry.modelId,
    });
  }
  return offers;
}
