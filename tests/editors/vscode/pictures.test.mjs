// The pictures of the documentation, and the extension's page inside VS Code, which shows them.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { story, until } from './vscode.mjs';

const workspace = process.env.ALOOP_WORKSPACE;
const file = path.join(workspace, '.aloop/models.yaml');
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

fs.writeFileSync(file, MODELS);
const step = story(() => ({
  extensions: [process.env.ALOOP_VSIX],
  workspace,
  viewport: { width: 840, height: 460 },
  // A small window with only the editor and the status bar, and both themes.
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

step('the overview: a problem with its quick fix, facts about the models, the status bar', async (vscode) => {
  await vscode.statusItem('Claude Sonnet (next agent)').waitFor();
  await vscode.open('.aloop/models.yaml');
  await vscode.page.keyboard.press('Control+B');
  await vscode.page.locator('.explorer-folders-view').waitFor({ state: 'hidden' });
  await vscode.editor().locator('.squiggly-warning').first().waitFor();
  await vscode.page.locator('.codelens-decoration').nth(2).waitFor();
  await vscode.untilText((text) => /claude-sonnet-5-5:.*\$/.test(text));
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
  vscode.writtenByAnother(file, FIXED);
  await vscode.untilText((text) => !text.includes('  anthropic/\n'));
});

step('the models of a provider', async (vscode) => {
  await vscode.palette('aloop: Add Model…');
  await vscode.answer('Add Model', 'anthropic');
  await vscode.rows().filter({ hasText: 'anthropic/claude' }).first().waitFor();
  await vscode.picture('add-model');
  await vscode.page.keyboard.press('Escape');
});

step('the models of the file', async (vscode) => {
  await vscode.palette('aloop: Switch Model…');
  await vscode.rows().filter({ hasText: 'GPT-5.5' }).waitFor();
  await vscode.picture('switch-model');
  await vscode.page.keyboard.press('Escape');
});

step('the page of the extension shows every picture, with two pixels for one', async (vscode) => {
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
