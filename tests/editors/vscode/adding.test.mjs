// Add Model: typed words find the right provider or model, and a selected row is added unchanged.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { story, until } from './vscode.mjs';

const workspace = process.env.ALOOP_WORKSPACE;
const saved = () => fs.readFileSync(path.join(workspace, '.aloop/models.yaml'), 'utf8');

const FIRST = {
  google: 'gemini',
  aws: 'bedrock',
  grok: 'xai',
  claude: 'anthropic',
  gpt: 'openai',
  kimi: 'moonshot',
  local: 'ollama',
  'azure openai': 'azure',
  'hugging face': 'huggingface',
  'lm studio': 'lm_studio',
  'z.ai': 'zai',
  'open router': 'openrouter',
  'Mistral AI': 'mistral',
  'claude son': 'anthropic/claude-sonnet-5-5',
  sonnet: 'anthropic/claude-sonnet-5-5',
  'gpt 5': 'openai/gpt-5',
  'openai/gpt-4.1': 'openai/gpt-4.1',
  'anthropic/sonnet': 'anthropic/claude-sonnet-5-5',
};

const step = story(() => ({ extension: process.env.ALOOP_VSIX, workspace }));

const BOX = 'Type a provider or a model';

/** Types into the Add Model box. */
async function search(vscode, text) {
  await vscode.page.getByPlaceholder(BOX).waitFor();
  await vscode.fill(text);
}

/** The parts of a row: its name, then its ID if that is not the name, then facts. */
async function partsOf(row) {
  const [name] = await row.locator('.label-name').allInnerTexts();
  const [facts = ''] = await row.locator('.label-description').allInnerTexts();
  return [name, ...facts.split(' · ')].map((part) => part.trim());
}

async function untilFirst(vscode, expected) {
  const first = vscode.quickInput().locator('.monaco-list-row.focused[data-index="0"]');
  await until(
    async () => (await partsOf(first).catch(() => [])).includes(expected),
    async () => (await vscode.rows().allInnerTexts()).join('\n'),
  );
}

step('common names find the provider or the model', async (vscode) => {
  await vscode.statusItem('GPT-4o (next agent)').waitFor();
  await vscode.palette('aloop: Add Model…');
  for (const [typed, expected] of Object.entries(FIRST)) {
    await search(vscode, typed);
    await untilFirst(vscode, expected);
    await vscode.screenshot(`adding-${typed.replace(/\W+/g, '-')}`);
  }
});

step('a provider continues in the same box: newest first, models that retire last; Back returns', async (vscode) => {
  await search(vscode, 'anthr');
  await untilFirst(vscode, 'anthropic');
  await vscode.page.keyboard.press('Enter');
  await until(async () => (await vscode.input().inputValue()) === 'anthropic/');
  await vscode.page.keyboard.type('sonnet');
  await untilFirst(vscode, 'anthropic/claude-sonnet-5-5');
  const newest = [
    'anthropic/claude-sonnet-5-5',
    'anthropic/claude-sonnet-5',
    'anthropic/claude-sonnet-4-6',
    'anthropic/claude-sonnet-4-5',
  ];
  let rows = [];
  // The rows of each letter are shown one after the other.
  await until(
    async () => {
      const shown = (await vscode.rows().all()).slice(0, newest.length);
      rows = await Promise.all(shown.map(partsOf)).catch(() => []);
      return isDeepStrictEqual(
        rows.map((parts) => parts.find((part) => part.includes('/'))),
        newest,
      );
    },
    () => JSON.stringify(rows),
  );
  assert.match(rows[3].join(' · '), /retires in \d+ days?/);
  await vscode.screenshot('adding-provider');
  await vscode.quickInput().getByRole('button', { name: 'Back' }).click();
  await until(async () => (await vscode.input().inputValue()) === 'anthr');
  await untilFirst(vscode, 'anthropic');
  await vscode.page.keyboard.press('Enter');
  await until(async () => (await vscode.input().inputValue()) === 'anthropic/');
  await vscode.page.keyboard.press('Escape');
});

step('Back returns to the box from the next question', async (vscode) => {
  await vscode.palette('aloop: Add Model…');
  await search(vscode, 'gpt-4o-mini');
  await untilFirst(vscode, 'openai/gpt-4o-mini');
  await vscode.page.keyboard.press('Enter');
  await vscode.quickInput().filter({ hasText: 'Add openai/gpt-4o-mini' }).waitFor();
  await vscode.quickInput().getByRole('button', { name: 'Back' }).click();
  await vscode.page.getByPlaceholder(BOX).waitFor();
  assert.equal(await vscode.input().inputValue(), 'gpt-4o-mini');
  await untilFirst(vscode, 'openai/gpt-4o-mini');
  await vscode.page.keyboard.press('Enter');
  await vscode.quickInput().filter({ hasText: 'Add openai/gpt-4o-mini' }).waitFor();
  await vscode.pick('Use the key of GPT-4o');
  await until(() => saved().includes('  openai/gpt-4o-mini:\n    api_key: sk-proj'), saved);
  await vscode.untilText((text) => text.includes('openai/gpt-4o-mini'));
  await vscode.press('Added openai/gpt-4o-mini.', 'Undo');
  await until(() => !saved().includes('openai/gpt-4o-mini'), saved);
});

step('an ID that is newer than the catalog is used as typed', async (vscode) => {
  await vscode.palette('aloop: Add Model…');
  await search(vscode, 'openai/gpt-7-sol');
  await untilFirst(vscode, 'Add “openai/gpt-7-sol”');
  await vscode.page.keyboard.press('Enter');
  await vscode.quickInput().filter({ hasText: 'Add openai/gpt-7-sol' }).waitFor();
  await vscode.page.keyboard.press('Escape');
});

step('a second entry of a model has a label', async (vscode) => {
  await vscode.palette('aloop: Add Model…');
  await search(vscode, 'openai/gpt-4o#work');
  await untilFirst(vscode, 'openai/gpt-4o#work');
  await vscode.page.keyboard.press('Enter');
  await vscode.quickInput().filter({ hasText: 'Add openai/gpt-4o#work' }).waitFor();
  await vscode.pick('Use the key of GPT-4o');
  await until(() => saved().includes('  openai/gpt-4o#work:\n    api_key: sk-proj'), saved);
  await vscode.waitForNotification('Added openai/gpt-4o#work.');
  const line =
    saved()
      .split('\n')
      .findIndex((text) => text.includes('#work')) + 1;
  await vscode.statusItem(`Ln ${line}, Col 1`).waitFor();
  await vscode.palette('aloop: Switch Model…');
  await vscode.pick('gpt-4o (work)');
  await vscode.statusItem('gpt-4o (work) (next agent)').waitFor();
});

step('Enter before the list is updated selects the nearest ID', async (vscode) => {
  await vscode.palette('aloop: Add Model…');
  await search(vscode, 'openai/gpt-4.1');
  await vscode.page.keyboard.press('Enter');
  await vscode.quickInput().filter({ hasText: 'Add openai/gpt-4.1' }).waitFor();
  await vscode.page.keyboard.press('Escape');
});

/** Adds the typed ID. */
async function addAsTyped(vscode, modelId) {
  await vscode.palette('aloop: Add Model…');
  await search(vscode, modelId);
  await untilFirst(vscode, `Add “${modelId}”`);
  await vscode.page.keyboard.press('Enter');
}

step('an unknown provider must be confirmed', async (vscode) => {
  const before = saved();
  await addAsTyped(vscode, 'mycorp/gpt-4o');
  await vscode.page.getByPlaceholder("LiteLLM has no provider 'mycorp'.").waitFor();
  const rows = await vscode.pickList();
  assert.match(rows.at(-1), /Add mycorp\/gpt-4o anyway/);
  assert.doesNotMatch(rows.join('\n'), /allowUnusualId/);
  await vscode.screenshot('adding-unknown-provider');
  await vscode.page.keyboard.press('Escape');
  assert.equal(saved(), before);
  await addAsTyped(vscode, 'mycorp/gpt-4o');
  await vscode.pick('Add mycorp/gpt-4o anyway');
  await until(() => saved().includes('  mycorp/gpt-4o:\n'), saved);
  await vscode.waitForNotification('Added mycorp/gpt-4o.');
  await vscode.untilText((text) => text.includes('mycorp/gpt-4o'));
});

step('a repeated provider must be confirmed, and the correct ID is offered', async (vscode) => {
  await addAsTyped(vscode, 'groq/groq/llama-3.3-70b-versatile');
  await vscode.page.getByPlaceholder("The provider 'groq' is repeated.").waitFor();
  await vscode.pick('Use groq/llama-3.3-70b-versatile');
  await vscode.answer('Add groq/llama-3.3-70b-versatile', '');
  await until(() => saved().includes('  groq/llama-3.3-70b-versatile:\n'), saved);
  await vscode.waitForNotification('Added groq/llama-3.3-70b-versatile.');
  assert.doesNotMatch(saved(), /groq\/groq/);
});

step(
  'what the provider needs is asked one by one, checked while typing, and Back keeps the answers',
  async (vscode) => {
    const before = saved();
    const base = 'https://mine.openai.azure.com';
    await vscode.palette('aloop: Add Model…');
    await vscode.answer('Add Model', 'azure/gpt-5');
    await vscode.answerBox('Azure resource URL', 'mine.openai.azure.com');
    await vscode.quickInput().filter({ hasText: 'Not a URL.' }).waitFor();
    await vscode.screenshot('adding-azure');
    // Enter takes the suggestion, and the next one accepts it.
    await vscode.page.keyboard.press('Enter');
    await until(async () => (await vscode.input().inputValue()) === base);
    assert.equal(saved(), before);
    await vscode.page.keyboard.press('Enter');
    await vscode.quickInput().filter({ hasText: 'Azure API version' }).waitFor();
    await vscode.page.keyboard.press('Enter');
    await vscode.quickInput().filter({ hasText: 'API key for azure/gpt-5' }).waitFor();
    assert.equal(await vscode.input().getAttribute('type'), 'password');
    await vscode.quickInput().getByRole('button', { name: 'Get a key' }).waitFor();
    await vscode.fill('not a key');
    await vscode.quickInput().filter({ hasText: 'no API key has' }).waitFor();
    await vscode.screenshot('adding-azure-key');
    await vscode.quickInput().getByRole('button', { name: 'Back' }).click();
    await vscode.quickInput().filter({ hasText: 'Azure API version' }).waitFor();
    await vscode.quickInput().getByRole('button', { name: 'Back' }).click();
    await vscode.quickInput().filter({ hasText: 'Azure resource URL' }).waitFor();
    assert.equal(await vscode.input().inputValue(), base);
    await vscode.page.keyboard.press('Enter');
    await vscode.quickInput().filter({ hasText: 'Azure API version' }).waitFor();
    await vscode.page.keyboard.press('Enter');
    await vscode.quickInput().filter({ hasText: 'API key for azure/gpt-5' }).waitFor();
    assert.equal(await vscode.input().inputValue(), 'not a key');
    await vscode.fill('0123456789abcdef0123456789abcdef');
    await vscode.page.keyboard.press('Enter');
    await until(() => saved().includes('  azure/gpt-5:\n'), saved);
    await vscode.waitForNotification('Added azure/gpt-5.');
    await vscode.screenshot('adding-azure-done');
    assert.ok(saved().includes(`    api_key: 0123456789abcdef0123456789abcdef\n    api_base: ${base}\n`), saved());
  },
);

step('a provider without a list of models asks for the name with an example', async (vscode) => {
  await vscode.palette('aloop: Add Model…');
  await search(vscode, 'openrouter/');
  await vscode.rows().filter({ hasText: 'type its name after openrouter/' }).waitFor();
  await vscode.screenshot('adding-openrouter');
  // The row is no model.
  await vscode.page.keyboard.press('Enter');
  await vscode.rows().filter({ hasText: 'type its name after openrouter/' }).waitFor();
  await vscode.page.keyboard.press('Escape');
});
