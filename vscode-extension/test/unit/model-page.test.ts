// The page of Show Model.

import { expect, it } from 'vitest';
import { modelPage } from '../../src/model-page';
import type { ShowModelResult } from '../../src/protocol';

const shown = (over: Partial<ShowModelResult> = {}): ShowModelResult => ({
  message: 'One',
  modelId: 'openai/one',
  name: 'One',
  displayName: 'One',
  provider: 'openai',
  current: false,
  default: false,
  selected: false,
  ready: true,
  apiKey: '••••••••',
  detail: '',
  contextWindow: 128_000,
  inputPrice: 2.5,
  outputPrice: 10,
  fields: { name: 'One', api_key: '••••••••', timeout: 30 },
  ...over,
});
const link = (command: string) => `(command:${command}?${encodeURIComponent('[{"modelId":"openai/one"}]')})`;
const titles = (page: string) => [...page.matchAll(/\[([^\]]+)\]\(command:/g)].map(([, title]) => title);

it('shows the facts, the actions and the fields', () => {
  expect(modelPage(shown({ default: true, roles: ['fast'], fallback: 1 }), {})).toBe(
    `# One

openai/one · default model · role fast · fallback 1

[Use This Model]${link('aloop.switchModel')} [Edit…]${link('aloop.editModel')} \
[Set API Key…]${link('aloop.setKey')} [Test]${link('aloop.testModels')} [Open models\\.yaml]${link('aloop.openModels')}

|  |  |
|---|---|
| Status | Ready |
| Provider | openai |
| Context window | 128,000 tokens |
| Price per 1M tokens | \\$2\\.50 in / \\$10 out |

## Fields

| Field | Value |
|---|---|
| name | One |
| api\\_key | •••••••• |
| timeout | 30 |
`,
  );
});

it('does not offer to switch to or test a model that is not ready', () => {
  expect(titles(modelPage(shown({ ready: false }), {}))).toEqual(['Edit…', 'Set API Key…', 'Open models\\.yaml']);
});

it('does not offer to switch to the current model', () => {
  expect(titles(modelPage(shown({ current: true }), {}))[0]).toBe('Edit…');
});

it('names the entries with the same key, and links to the page with keys', () => {
  const help = { title: 'Get a key', url: 'https://platform.openai.com/api-keys' };
  const page = modelPage(shown({ sameKeyAs: ['openai/two', 'openai/3'] }), {}, help);
  expect(page).toContain('The same API key is used by: openai/two, openai/3\n');
  expect(page).toContain('[Get a key](https://platform.openai.com/api-keys)\n');
});

it.each([
  [{ ready: false, notReady: 'api_key is missing' }, '| Status | Not ready: api\\_key is missing |'],
  [{ inputPrice: 0.075, outputPrice: 0.3 }, '\\$0\\.075 in / \\$0\\.30 out'],
])('%j', (over, expected) => {
  expect(modelPage(shown(over), {})).toContain(expected);
});

it('leaves out unknown facts', () => {
  expect(modelPage(shown({ contextWindow: null, inputPrice: null }), {})).not.toMatch(/Context window|Price/);
});

it('passes the file to the commands', () => {
  expect(decodeURIComponent(modelPage(shown(), { uri: 'file:///a (b)/models.yaml' }))).toContain(
    'command:aloop.editModel?[{"uri":"file:///a (b)/models.yaml","modelId":"openai/one"}]',
  );
});

it.each(['<img src=x>', '[a](command:b)', 'a|b', '*a*', '`a`', '&lt;', '~a~'])('shows %s as it is', (name) => {
  const page = modelPage(shown({ displayName: name, fields: { name } }), {});
  const escaped = name.replace(/[<>[\]()|*`&~=]/g, (letter) => (letter === '=' ? letter : `\\${letter}`));
  expect(page).toContain(`# ${escaped}\n`);
  expect(page).toContain(`| name | ${escaped} |\n`);
});

it('keeps a value on one line', () => {
  expect(modelPage(shown({ fields: { name: 'a\nb' } }), {})).toContain('| name | a b |\n');
});
