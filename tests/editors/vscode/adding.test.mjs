// Add Model: typed words find the right provider or model, and a selected row is added unchanged.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
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

const step = story(() => ({ extensions: [process.env.ALOOP_VSIX], workspace }));

/** The ID that a row offers: the first part of its text. */
const offered = (text) => text.split(' · ')[0].trim();

async function untilFirst(vscode, expected) {
  const texts = () => vscode.rows().allInnerTexts();
  await until(
    async () => offered((await texts())[0] ?? '') === expected,
    async () => (await texts()).join('\n'),
  );
  await vscode.quickInput().locator('.monaco-list-row.focused[data-index="0"]').waitFor();
}

step('common names find the provider or the model', async (vscode) => {
  await vscode.statusItem('GPT-4o (next agent)').waitFor();
  await vscode.palette('aloop: Add Model…');
  for (const [typed, expected] of Object.entries(FIRST)) {
    await vscode.answerBox('Add Model (1 of 3)', typed);
    await untilFirst(vscode, expected);
  }
});

step(
  'while typing, the models of a provider are in the order of the server: newest first, models that retire last',
  async (vscode) => {
    await vscode.answerBox('Add Model (1 of 3)', 'anthropic');
    await untilFirst(vscode, 'anthropic');
    await vscode.page.keyboard.press('Enter');
    await vscode.answerBox('Add Model (2 of 3)', 'sonnet');
    await untilFirst(vscode, 'anthropic/claude-sonnet-5-5');
    const texts = await vscode.rows().allInnerTexts();
    assert.deepEqual(texts.slice(0, 4).map(offered), [
      'anthropic/claude-sonnet-5-5',
      'anthropic/claude-sonnet-5',
      'anthropic/claude-sonnet-4-6',
      'anthropic/claude-sonnet-4-5',
    ]);
    assert.match(texts[3], /retires 2026-11-30/);
    await vscode.page.keyboard.press('Escape');
  },
);

step('after an unknown word, the selected row is added unchanged', async (vscode) => {
  await vscode.palette('aloop: Add Model…');
  await vscode.answerBox('Add Model (1 of 3)', 'gpt');
  // The list without a filter also starts with openai.
  await vscode.quickInput().locator('.monaco-list-row[data-index="1"]').filter({ hasText: 'openai/gpt-' }).waitFor();
  // The typed text is the last row.
  await vscode.page.keyboard.press('ArrowUp');
  await vscode.quickInput().locator('.monaco-list-row.focused').filter({ hasText: 'As typed: gpt' }).waitFor();
  await vscode.page.keyboard.press('Enter');
  await vscode.answerBox('Add Model (2 of 3)', '4o-mini');
  await vscode
    .rows()
    .filter({ hasText: /^openai\/gpt-4o-mini ·/ })
    .click();
  await vscode.quickInput().filter({ hasText: 'Add Model (3 of 3): openai/gpt-4o-mini' }).waitFor();
  await vscode.pick('Use the key of GPT-4o');
  await until(() => saved().includes('  openai/gpt-4o-mini:\n    api_key: sk-proj'), saved);
  assert.doesNotMatch(saved(), /gpt\/openai/);
  await vscode.untilText((text) => text.includes('openai/gpt-4o-mini'));
});

step('an ID that is newer than the catalog is used as typed', async (vscode) => {
  await vscode.palette('aloop: Add Model…');
  await vscode.answerBox('Add Model (1 of 3)', 'openai/gpt-7-sol');
  await untilFirst(vscode, 'As typed: openai/gpt-7-sol');
  await vscode.page.keyboard.press('Enter');
  await vscode.quickInput().filter({ hasText: 'Add Model (3 of 3): openai/gpt-7-sol' }).waitFor();
  await vscode.page.keyboard.press('Escape');
});

step('a second entry of a model has a label', async (vscode) => {
  await vscode.palette('aloop: Add Model…');
  await vscode.answerBox('Add Model (1 of 3)', 'openai/gpt-4o#work');
  await untilFirst(vscode, 'openai/gpt-4o#work');
  await vscode.page.keyboard.press('Enter');
  await vscode.quickInput().filter({ hasText: 'Add Model (3 of 3): openai/gpt-4o#work' }).waitFor();
  await vscode.pick('Use the key of GPT-4o');
  await until(() => saved().includes('  openai/gpt-4o#work:\n    api_key: sk-proj'), saved);
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
  await vscode.answer('Add Model (1 of 3)', 'openai/gpt-4.1');
  await vscode.quickInput().filter({ hasText: 'Add Model (3 of 3): openai/gpt-4.1' }).waitFor();
  await vscode.page.keyboard.press('Escape');
});

/** Adds the typed ID. */
async function addAsTyped(vscode, modelId) {
  await vscode.palette('aloop: Add Model…');
  await vscode.answerBox('Add Model (1 of 3)', modelId);
  await untilFirst(vscode, `As typed: ${modelId}`);
  await vscode.page.keyboard.press('Enter');
}

step('an unknown provider must be confirmed', async (vscode) => {
  const before = saved();
  await addAsTyped(vscode, 'mycorp/gpt-4o');
  await vscode.page.locator('.monaco-dialog-box').filter({ hasText: "LiteLLM has no provider 'mycorp'." }).waitFor();
  assert.doesNotMatch(await vscode.page.locator('.monaco-dialog-box').innerText(), /allowUnusualId/);
  await vscode.confirm('Cancel');
  assert.equal(saved(), before);
  await addAsTyped(vscode, 'mycorp/gpt-4o');
  await vscode.confirm('Add Anyway');
  await until(() => saved().includes('  mycorp/gpt-4o:\n'), saved);
  await vscode.untilText((text) => text.includes('mycorp/gpt-4o'));
});

step('a repeated provider must be confirmed, and the correct ID is offered', async (vscode) => {
  await addAsTyped(vscode, 'groq/groq/llama-3.3-70b-versatile');
  await vscode.answer('(3 of 3): groq/groq/llama-3.3-70b-versatile', '');
  await vscode.page.locator('.monaco-dialog-box').filter({ hasText: "The provider 'groq' is repeated." }).waitFor();
  await vscode.confirm('Use groq/llama-3.3-70b-versatile');
  await until(() => saved().includes('  groq/llama-3.3-70b-versatile:\n'), saved);
  assert.doesNotMatch(saved(), /groq\/groq/);
});
