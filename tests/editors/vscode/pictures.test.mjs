// Ten scenes in the order in which a new user meets them: what they show, and the pictures of the documentation.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { story, until, writePicturesPage } from './vscode.mjs';

const workspace = process.env.ALOOP_WORKSPACE;
const file = path.join(workspace, '.aloop/models.yaml');
const SCENES = [
  ['welcome', 'After the installation: the walkthrough, and Add model in the status bar'],
  ['add-model', 'Add Model: one box for providers and models'],
  ['api-key', 'The API key: hidden, checked while it is typed, with a link to the page of the provider'],
  ['local-models', 'Local servers on this machine and their models'],
  ['overview', 'models.yaml: a misspelled field with its quick fix, facts after the IDs, hidden keys'],
  ['completion', 'Completion of model IDs with context windows and prices'],
  ['hover', 'The card of a model'],
  ['switch-model', 'Switch Model: what is ready, and what is missing'],
  ['agents', 'Two agents in their terminals: which one to switch'],
  ['show-model', 'The page of a model'],
];
const MODELS = `\
default: anthropic/claude-sonnet-5-5

models:
  anthropic/claude-sonnet-5-5:
    name: Claude Sonnet
    api_key: sk-ant-api03-r4nd0mq8w7e6r5t4y3u2i1o0pasdfghjklzxcvbnmQW

  openai/gpt-5.5:
    name: GPT-5.5
    api_key: sk-proj-0123456789abcdefghijABCDEFGHIJ0123456789abcdefghij

  ollama/llama3.1:
    timout: 300
`;
const FIXED = MODELS.replace('timout', 'timeout');
const UNREADY = `${FIXED}\n  groq/llama-3.3-70b-versatile:\n    name: Groq Llama\n`;

// The folder stays, because VS Code may miss a file that is created together with its folder.
fs.rmSync(file);
const step = story(() => ({
  extension: process.env.ALOOP_VSIX,
  workspace,
  viewport: { width: 840, height: 460 },
  // A small window with only the editor and the status bar, in every theme.
  settings: {
    'breadcrumbs.enabled': false,
    'editor.minimap.enabled': false,
    'editor.scrollBeyondLastLine': false,
    'window.autoDetectColorScheme': true,
    'window.commandCenter': false,
    'workbench.activityBar.location': 'hidden',
    'workbench.layoutControl.enabled': false,
    'workbench.startupEditor': 'none',
  },
}));

step('welcome', async (vscode) => {
  await vscode.statusItem('Add model').waitFor();
  await vscode.page.locator('.getting-started-step').filter({ hasText: 'Add a model' }).first().waitFor();
  await vscode.page.keyboard.press('Control+B');
  await vscode.page.locator('.explorer-folders-view').waitFor({ state: 'hidden' });
  const large = { width: 1200, height: 700 };
  await vscode.page.setViewportSize(large);
  await vscode.picture('welcome', { x: 0, y: 0, ...large });
  await vscode.page.setViewportSize(vscode.viewport);
  await vscode.page.locator('.tab.active').getByRole('button', { name: 'Close' }).click();
});

step('add-model', async (vscode) => {
  await vscode.statusItem('Add model').click();
  await vscode.quickInput().filter({ hasText: 'Add Model' }).waitFor();
  await vscode.fill('claude son');
  await vscode
    .quickInput()
    .locator('.monaco-list-row.focused')
    .filter({ hasText: 'anthropic/claude-sonnet-5-5' })
    .waitFor();
  await vscode.picture('add-model');
});

step('api-key', async (vscode) => {
  await vscode.page.keyboard.press('Enter');
  await vscode.page.getByPlaceholder('Where should models and API keys be saved?').waitFor();
  await vscode.page.keyboard.press('Enter');
  await vscode.quickInput().filter({ hasText: 'API key for anthropic/claude-sonnet-5-5' }).waitFor();
  assert.equal(await vscode.input().getAttribute('type'), 'password');
  await vscode.fill('sk-proj-0123456789abcdefghijABCDEFGHIJ0123456789abcdefghij');
  await vscode.quickInput().filter({ hasText: 'api_key is a key for OpenAI, not for Anthropic.' }).waitFor();
  await vscode.picture('api-key');
  await vscode.page.keyboard.press('Escape');
});

step('local-models', async (vscode) => {
  await vscode.palette('aloop: Add Local Models…');
  await vscode.rows().filter({ hasText: 'llama3.1:8b' }).waitFor();
  await vscode.picture('local-models');
  await vscode.page.keyboard.press('Escape');
});

step('overview', async (vscode) => {
  vscode.writtenByAnother(file, MODELS);
  await vscode.statusItem('Claude Sonnet (next agent)').waitFor();
  await vscode.open('.aloop/models.yaml');
  await vscode.editor().locator('.squiggly-warning').first().waitFor();
  await vscode.page.locator('.codelens-decoration').nth(2).waitFor();
  await vscode.untilText((text) => /claude-sonnet-5-5:.*\$/.test(text));
  assert.doesNotMatch(await vscode.visibleText(), /sk-/);
  await vscode.goTo(13, 7);
  await (await vscode.quickFix('Rename to timeout')).waitFor();
  await vscode.picture('overview');
  await vscode.page.keyboard.press('Enter');
  await vscode.untilText((text) => text.includes('timeout: 300'));
});

step('completion', async (vscode) => {
  await vscode.goTo(7);
  await vscode.page.keyboard.type('  claude');
  await until(
    async () => (await vscode.firstSuggestion()) === 'anthropic/',
    () => vscode.suggestWidget().innerText(),
  );
  await vscode.page.keyboard.press('Enter');
  await until(
    async () => (await vscode.firstSuggestion())?.startsWith('anthropic/claude'),
    () => vscode.suggestWidget().innerText(),
  );
  await vscode.page.locator('.codelens-decoration').filter({ hasText: 'Not ready' }).waitFor();
  await vscode.picture('completion');
  await vscode.page.keyboard.press('Escape');
  await until(() => fs.readFileSync(file, 'utf8').includes('\n  anthropic/\n'));
  await vscode.replacedByAnother(file, FIXED, async () => !(await vscode.text()).includes('  anthropic/\n'));
});

step('hover', async (vscode) => {
  await vscode.goTo(8, 10);
  await vscode.page.keyboard.press('Control+K');
  await vscode.page.keyboard.press('Control+I');
  await vscode.page.locator('.monaco-hover').filter({ hasText: 'GPT-5.5' }).waitFor();
  await vscode.picture('hover');
  await vscode.page.keyboard.press('Escape');
});

step('switch-model', async (vscode) => {
  vscode.writtenByAnother(file, UNREADY);
  await vscode.untilText((text) => text.includes('Groq Llama'));
  await vscode.palette('aloop: Switch Model…');
  await vscode.rows().filter({ hasText: 'Groq Llama' }).waitFor();
  await vscode.picture('switch-model');
  await vscode.page.keyboard.press('Escape');
});

step('show-model', async (vscode) => {
  await vscode.palette('aloop: Show Model');
  await vscode.pick('Claude Sonnet');
  await vscode.page.locator('.tab.active').filter({ hasText: 'Claude Sonnet' }).waitFor();
  await until(async () => {
    const texts = await Promise.all(
      vscode.page.frames().map((frame) =>
        frame
          .locator('h1')
          .allInnerTexts()
          .catch(() => []),
      ),
    );
    return texts.flat().includes('Claude Sonnet');
  });
  await vscode.picture('show-model');
  await vscode.page.locator('.tab.active').getByRole('button', { name: 'Close' }).click();
});

step('agents', async (vscode) => {
  await vscode.palette('aloop: Start Agent in Terminal');
  await vscode.terminalUntil(/❯/);
  await vscode.palette('aloop: Start Agent in Terminal');
  await vscode.statusItem('Claude Sonnet ×2').waitFor();
  await vscode.palette('Notifications: Clear All Notifications');
  await vscode.palette('aloop: Switch Model…');
  await vscode.pick('GPT-5.5');
  await vscode.rows().nth(2).waitFor();
  await vscode.picture('agents');
  await vscode.page.keyboard.press('Escape');
});

step('the page of the extension shows every picture, with two pixels for one', async (vscode) => {
  writePicturesPage(SCENES);
  await vscode.page.setViewportSize({ width: 1400, height: 1000 });
  await vscode.page.keyboard.press('Control+Shift+X');
  await vscode.page.locator('.extension-list-item').filter({ hasText: 'aloop models' }).first().click();
  const pictures = async () => {
    const found = await Promise.all(
      vscode.page.frames().map((frame) => frame.evaluate(picturesOfPage).catch(() => undefined)),
    );
    return found.find((list) => list?.length > 0);
  };
  await until(
    async () => (await pictures())?.every(({ isLoaded }) => isLoaded),
    async () => JSON.stringify(await pictures()),
  );
  assert.deepEqual(await pictures(), Array(4).fill({ isLoaded: true, isCrisp: true }));
  for (const theme of ['light', 'dark']) {
    await vscode.setTheme(theme);
    await vscode.screenshot(`page-${theme}`);
  }
});

/** Runs in a frame: the pictures of the README. */
function picturesOfPage() {
  return [...document.querySelectorAll('body > p img, body > img')].map((image) => ({
    isLoaded: image.complete && image.naturalWidth > 0,
    isCrisp: image.naturalWidth >= 2 * Number(image.getAttribute('width')),
  }));
}
