// The models that servers on this machine offer: the report of `aloop models discover`, its rows, and what is added.

import { plainText } from './plain-text';

export interface LocalModel {
  readonly modelId: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Parameters, context window and size in one line; may be empty. */
  readonly detail: string;
  /** Whether models.yaml has it already. */
  readonly configured: boolean;
}

export interface LocalServer {
  readonly name: string;
  readonly url: string;
  readonly models: readonly LocalModel[];
  /** Why the models are not listed, such as `needs an API key`. */
  readonly problem?: string;
}

export interface LocalModels {
  readonly servers: readonly LocalServer[];
  readonly message: string;
}

/** A separator if it has no model. */
export interface LocalRow {
  readonly label: string;
  readonly description?: string;
  readonly picked?: boolean;
  readonly model?: LocalModel;
}

/** The rows by server: first the models that can be added, then those of models.yaml. A single new one is picked. */
export function localRows(found: LocalModels): LocalRow[] {
  const isOnlyOne = newModels(found).length === 1;
  return found.servers.flatMap(({ name, url, models, problem }) => [
    { label: plainText([name, url, problem ?? (models.length === 0 ? 'no models' : '')].filter(Boolean).join(' · ')) },
    ...models.filter((model) => !model.configured).map((model) => ({ ...rowOf(model), picked: isOnlyOne })),
    ...models.filter((model) => model.configured).map(rowOf),
  ]);
}

export function newModels(found: LocalModels): LocalModel[] {
  return found.servers.flatMap((server) => server.models.filter((model) => !model.configured));
}

function rowOf(model: LocalModel): LocalRow {
  const name = model.modelId.slice(model.modelId.indexOf('/') + 1);
  const facts = [model.detail, ...(model.configured ? ['already in models.yaml'] : [])].filter(Boolean);
  return { label: plainText(name), description: plainText(facts.join(' · ')), model };
}

/** The models as the text of a models.yaml, which `aloop.importModels` adds in one edit. */
export function textOf(models: readonly LocalModel[]): string {
  return JSON.stringify({ models: Object.fromEntries(models.map(({ modelId, fields }) => [modelId, fields])) });
}

/** The report, the reason why the command was refused, or undefined if the text is neither. */
export function readReport(text: string): LocalModels | string | undefined {
  try {
    const report = JSON.parse(text) as Partial<LocalModels> & { readonly error?: { readonly message?: string } };
    return report.servers === undefined ? report.error?.message : (report as LocalModels);
  } catch {
    return undefined;
  }
}
