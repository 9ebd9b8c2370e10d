// Finds the line of a model's entry.

/** The 0-based line whose key is `modelId`, or 0 if there is none. */
export function entryLine(text: string, modelId: string): number {
  const escaped = modelId.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const key = new RegExp(`^\\s+(["']?)${escaped}\\1\\s*:(\\s|$)`);
  return Math.max(
    0,
    text.split(/\r\n|\r|\n/).findIndex((line) => key.test(line)),
  );
}
