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
  const fields = Object.entries(shown.fields).map(
    ([name, value]) => `| ${escapeMarkdown(name)} | ${escapeMarkdown(textOf(value))} |`,
  );
  const shared = (shown.sameKeyAs ?? []).map(escapeMarkdown).join(', ');
  const parts = [
    `# ${escapeMarkdown(shown.displayName)}`,
    [shown.modelId, ...uses].map(escapeMarkdown).join(' · '),
    actions.join(' '),
    escapeMarkdown(shown.detail),
    fields.length === 0 ? '' : ['| Field | Value |', '|---|---|', ...fields].join('\n'),
    shared === '' ? '' : `The same API key is used by: ${shared}`,
    help === undefined ? '' : `[${escapeMarkdown(help.title)}](${help.url})`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
