// The page of Show Model as Markdown: what the model is used for, its facts and its fields, with secrets masked.

import { textOf } from './edit-rows';
import { commandLink, escapeMarkdown } from './markdown';
import type { CommandArguments, Help, ShowModelResult } from './protocol';

/** The page. `help` is the page of the provider with API keys. */
export function modelPage(shown: ShowModelResult, place: CommandArguments, help?: Help): string {
  const args = { ...place, modelId: shown.modelId };
  const uses = [
    ...(shown.current ? ['current model'] : []),
    ...(shown.default ? ['default model'] : []),
    ...(shown.roles ?? []).map((role) => `role ${role}`),
    ...(shown.fallback == null ? [] : [`fallback ${shown.fallback}`]),
  ];
  const actions = [
    ...(shown.current || !shown.ready ? [] : [commandLink('Use This Model', 'aloop.switchModel', args)]),
    commandLink('Edit…', 'aloop.editModel', args),
    commandLink('Set API Key…', 'aloop.setKey', args),
    ...(shown.ready ? [commandLink('Test', 'aloop.testModels', args)] : []),
    commandLink('Open models.yaml', 'aloop.openModels', args),
  ];
  const fields = Object.entries(shown.fields).map(([name, value]) => [name, textOf(value)] as const);
  const shared = (shown.sameKeyAs ?? []).map(escapeMarkdown).join(', ');
  const parts = [
    `# ${escapeMarkdown(shown.displayName)}`,
    [shown.modelId, ...uses].map(escapeMarkdown).join(' · '),
    actions.join(' '),
    table(['', ''], factsOf(shown)),
    fields.length === 0 ? '' : `## Fields\n\n${table(['Field', 'Value'], fields)}`,
    shared === '' ? '' : `The same API key is used by: ${shared}`,
    help === undefined ? '' : `[${escapeMarkdown(help.title)}](${help.url})`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

type Pair = readonly [name: string, value: string];

function factsOf({ provider, ready, notReady, contextWindow, inputPrice, outputPrice }: ShowModelResult): Pair[] {
  return [
    ['Status', ready ? 'Ready' : `Not ready${notReady ? `: ${notReady}` : ''}`],
    ['Provider', provider],
    ...(contextWindow ? [['Context window', `${contextWindow.toLocaleString('en-US')} tokens`] as const] : []),
    ...(inputPrice != null && outputPrice != null
      ? [['Price per 1M tokens', `${dollars(inputPrice)} in / ${dollars(outputPrice)} out`] as const]
      : []),
  ];
}

/** $2, $2.50, $0.075. */
function dollars(price: number): string {
  const cents = price.toFixed(2);
  return `$${Number.isInteger(price) || Number(cents) !== price ? price : cents}`;
}

function table(header: Pair, rows: readonly Pair[]): string {
  const line = (cells: Pair): string => `| ${cells.map(escapeMarkdown).join(' | ')} |`;
  return [line(header), '|---|---|', ...rows.map(line)].join('\n');
}
