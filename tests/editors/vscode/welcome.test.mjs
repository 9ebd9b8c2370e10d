// A fresh installation: what a new user sees first, and how the commands are found.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { AGAIN_MS, story, until } from './vscode.mjs';

const workspace = process.env.ALOOP_WORKSPACE;
const file = path.join(workspace, '.aloop/models.yaml');
const step = story(() => ({
  extension: process.env.ALOOP_VSIX,
  workspace,
  // The pictures are dark.
  settings: { 'window.autoDetectColorScheme': true },
}));
const walkthrough = (vscode) => vscode.page.locator('.getting-started-step').filter({ hasText: 'Add a model' });
const LINE = 'Ln 9, Col 1';

step('the status bar offers to add a model, and the walkthrough opens after that of VS Code', async (vscode) => {
  await vscode.statusItem('Add model').waitFor();
  await vscode.page.locator('.getting-started-step').filter({ hasText: 'Choose your theme' }).waitFor();
  await vscode.page.locator('.tab.active').getByRole('button', { name: 'Close' }).click();
  await walkthrough(vscode).first().waitFor();
  const titles = await vscode.page.locator('.getting-started-step .step-title').allInnerTexts();
  assert.deepEqual(titles, ['Add a model', 'Edit models.yaml', 'Start an agent']);
});

step('no server has been started', async (vscode) => {
  assert.doesNotMatch(vscode.output('aloop models'), /Starting/);
});

step('the tooltip says what it is, and links to the next steps', async (vscode) => {
  const hover = await vscode.hover(vscode.statusItem('Add model'), 'No LLM model is configured in this window yet');
  assert.deepEqual(await hover.locator('a').allInnerTexts(), ['Add Model…', 'Get Started']);
});

for (const word of ['llm', 'provider', 'add model', 'aloop: add']) {
  step(`the palette finds Add Model with "${word}"`, async (vscode) => {
    await vscode.page.keyboard.press('F1');
    await vscode.fill(`>${word}`);
    await vscode.commandRows('aloop: Add Model…').waitFor();
    // Without a file, there is nothing to switch, test or reload.
    assert.equal(await vscode.commandRows('aloop: Switch Model…').count(), 0);
    await vscode.page.keyboard.press('Escape');
  });
}

step('a click adds the first model, and the status bar shows it', async (vscode) => {
  await vscode.statusItem('Add model').click();
  await vscode.quickInput().filter({ hasText: 'Add Model' }).waitFor();
  await vscode.page.keyboard.press('Escape');
  fs.mkdirSync(path.dirname(file), { mode: 0o700 });
  // VS Code may miss a file that is created together with its folder.
  await vscode.page.locator('.explorer-folders-view').getByText('.aloop').waitFor();
  vscode.writtenByAnother(
    file,
    `models:
  openai/gpt-4o:
    name: GPT-4o
    api_key: sk-proj-0123456789abcdefghijABCDEFGHIJ0123456789abcdefghij

  ollama/llama2:
    name: Local Llama

  anthropic/claude-sonnet-4-5:
    name: Claude

default: openai/gpt-4o
`,
  );
  await vscode.statusItem('GPT-4o (next agent)').waitFor();
});

step('the tooltip shows context window, price, file and links', async (vscode) => {
  const hover = await vscode.hover(vscode.statusItem('GPT-4o (next agent)'), 'The next agent in this window will use');
  const text = await hover.innerText();
  assert.match(text, /GPT-4o · openai\/gpt-4o · 128K · \$2\.50/);
  assert.ok(text.includes(`File: ${file}`), text);
  assert.deepEqual(await hover.locator('a').allInnerTexts(), ['Switch Model…', 'Add Model…', 'Open models.yaml']);
  await vscode.screenshot('welcome-tooltip');
});

step('a key switches the model', async (vscode) => {
  await vscode.page.keyboard.press('Control+K');
  await vscode.page.keyboard.press('a');
  await vscode.quickInput().filter({ hasText: 'Switch Model' }).waitFor();
  await vscode.pick('Local Llama');
  await vscode.statusItem('Local Llama (next agent)').waitFor();
});

step('"api key" finds the command, and repair commands follow the daily ones', async (vscode) => {
  await vscode.page.keyboard.press('F1');
  await vscode.fill('>api key');
  await vscode.commandRows('aloop: Set API Key…').waitFor();
  await vscode.fill('>aloop (server)');
  await vscode.commandRows('aloop: Restart Server').waitFor();
  await vscode.fill('>server');
  const texts = async () => (await vscode.rows().allInnerTexts()).map((text) => text.split('\n')[0]);
  await until(
    async () => (await texts()).filter((text) => text.startsWith('aloop (server): ')).length === 5,
    async () => (await texts()).join('\n'),
  );
  await vscode.page.keyboard.press('Escape');
});

step('models.yaml has buttons in its title bar', async (vscode) => {
  await vscode.open('.aloop/models.yaml');
  const buttons = vscode.page.locator('.editor-actions .action-label');
  await until(async () =>
    (await buttons.evaluateAll((found) => found.map((one) => one.getAttribute('aria-label'))))
      .join(' ')
      .includes('Test Models'),
  );
  const labels = await buttons.evaluateAll((found) => found.map((one) => one.getAttribute('aria-label')));
  assert.deepEqual(labels.slice(0, 3), ['Add Model…', 'Switch Model… (Ctrl+K A)', 'Test Models…']);
  await vscode.screenshot('welcome-title');
});

step('the context menu is about the entry at the cursor', async (vscode) => {
  await menuOf(vscode, 'name: Local Llama');
  const items = await vscode.page.locator('.context-view .action-label').allInnerTexts();
  const own = ['Use This Model', 'Set as Default', 'Set API Key…', 'Edit…', 'Test', 'Copy to Another File…', 'Remove…'];
  assert.deepEqual(
    items.filter((item) => own.includes(item)),
    own,
  );
  await vscode.screenshot('welcome-menu');
  await choose(vscode, 'Set as Default');
  await until(() => /^default: ollama\/llama2$/m.test(fs.readFileSync(file, 'utf8')));
  await vscode.press('Local Llama is now the default model.', 'Undo');
  await until(() => /^default: openai\/gpt-4o$/m.test(fs.readFileSync(file, 'utf8')));
});

step('Use This Model switches, and Set API Key asks for the key of the entry', async (vscode) => {
  await menuOf(vscode, 'name: GPT-4o');
  await choose(vscode, 'Use This Model');
  await vscode.statusItem('GPT-4o (next agent)').waitFor();
  await menuOf(vscode, 'name: Claude');
  await choose(vscode, 'Set API Key…');
  await vscode.quickInput().filter({ hasText: 'anthropic/claude-sonnet-4-5' }).waitFor();
  await vscode.page.keyboard.press('Escape');
});

step('outside of an entry, the command asks for the model', async (vscode) => {
  await menuOf(vscode, 'default: openai/gpt-4o');
  await choose(vscode, 'Set as Default');
  await vscode.page.getByPlaceholder('Select the model that new agents start with').waitFor();
  await vscode.page.keyboard.press('Escape');
});

step('a default model that is not ready warns, with the reason and the next step', async (vscode) => {
  vscode.writtenByAnother(
    file,
    fs.readFileSync(file, 'utf8').replace('default: openai/gpt-4o', 'default: anthropic/claude-sonnet-4-5'),
  );
  const item = vscode.page.locator('.statusbar-item.warning-kind').filter({ hasText: /\(next agent\)/ });
  await item.waitFor();
  const hover = await vscode.hover(item, 'The default model Claude is not ready');
  assert.match(await hover.innerText(), /it has no API key\. Set API Key… · Open Entry/);
  await vscode.screenshot('welcome-warning');
  await hover.getByText('Open Entry').click();
  await vscode.statusItem(LINE).waitFor();
});

step('the next window does not open the walkthrough again', async (vscode) => {
  const other = path.join(vscode.home, 'other');
  fs.mkdirSync(other);
  await vscode.page.close();
  await vscode.openWindow({ folder: other });
  await vscode.statusItem('Add model').waitFor();
  assert.equal(await walkthrough(vscode).count(), 0);
});

step('the first model of a project can be saved for all projects', async (vscode) => {
  await vscode.statusItem('Add model').click();
  await vscode.answer('Add Model', 'ollama/llama3.1');
  await vscode.page.getByPlaceholder('Where should models and API keys be saved?').waitFor();
  assert.deepEqual(
    (await vscode.rows().allInnerTexts()).map((text) => text.replaceAll('\n', '').trim()),
    ['This project~/other/.aloop/models.yaml', 'All projects~/.aloop/models.yaml'],
  );
  await vscode.screenshot('welcome-place');
  await vscode.pick('All projects');
  await vscode.quickInput().filter({ hasText: 'Ollama URL' }).waitFor();
  await vscode.page.keyboard.press('Enter');
  await vscode.waitForNotification('Added ollama/llama3.1 to ~/.aloop/models.yaml.');
  await vscode.statusItem('ollama/llama3.1 (next agent)').waitFor();
  const saved = path.join(vscode.home, '.aloop/models.yaml');
  assert.equal(fs.statSync(saved).mode & 0o777, 0o600);
  assert.ok(!fs.existsSync(path.join(vscode.home, 'other/.aloop')));
});

step('a model is copied to the project, and from there for all projects, which can be undone', async (vscode) => {
  const project = path.join(vscode.home, 'other/.aloop/models.yaml');
  const shared = path.join(vscode.home, '.aloop/models.yaml');
  await vscode.palette('aloop: Copy Model…');
  await vscode.pick('ollama/llama3.1');
  await vscode.waitForNotification(`Copied ollama/llama3.1 to ${project}.`);
  assert.equal(fs.statSync(project).mode & 0o777, 0o600);
  const before = fs.readFileSync(shared, 'utf8');
  vscode.writtenByAnother(project, 'models:\n  ollama/two: # mine\n    name: Two\n');
  await vscode.statusItem('Two (next agent)').waitFor();
  // The file for all projects is in front, and its models would be offered.
  await vscode.palette('View: Close Editor');
  await vscode.palette('aloop: Copy Model…');
  await vscode.pick('Two');
  await vscode.press('Copied ollama/two to ~/.aloop/models.yaml.', 'Undo');
  await until(() => fs.readFileSync(shared, 'utf8') === before);
  await vscode.palette('aloop: Copy Model…');
  await vscode.pick('Two');
  await until(() => fs.readFileSync(shared, 'utf8').includes('\n  ollama/two: # mine\n    name: Two\n'));
});

/** Opens the context menu at the end of a line of the editor. */
async function menuOf(vscode, text) {
  const end = vscode.editor().locator('.view-line').filter({ hasText: text }).locator('span > span').last();
  const own = vscode.page.locator('.context-view .action-label').filter({ hasText: 'Use This Model' });
  // A click on a list that is closing opens no menu.
  await until(async () => {
    await vscode.page.keyboard.press('Escape');
    await end.click({ button: 'right' });
    return own.waitFor({ timeout: AGAIN_MS }).then(
      () => true,
      () => false,
    );
  });
}

async function choose(vscode, item) {
  const row = vscode.page
    .locator('.context-view .action-item')
    .filter({ has: vscode.page.getByText(item, { exact: true }) })
    .first();
  // In its first 100 ms, a menu ignores clicks.
  await until(async () => {
    await row.click({ timeout: AGAIN_MS }).catch(() => undefined);
    return row.waitFor({ state: 'hidden', timeout: 1000 }).then(
      () => true,
      () => false,
    );
  });
}
