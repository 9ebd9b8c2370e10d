// Why a model is not ready.

import type { Model } from './protocol';

/** The reason as the end of a sentence, without the ID that begins the message of a problem. */
export function reasonNotReady({ modelId, notReady }: Pick<Model, 'modelId' | 'notReady'>): string {
  const reason = notReady ?? 'its entry has an error';
  return reason.startsWith(`${modelId}: `) ? reason.slice(modelId.length + 2) : reason;
}

/** Whether the reason is about the API key, so that a new key may be all that is missing. */
export function isAboutKey(reason: string): boolean {
  return /\bAPI key\b|\bapi_key\b/.test(reason);
}
