// Editing a models.yaml: problems, their pages, quick fixes, completion, undo, pick lists, hidden keys, status.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { processesOf, story, until } from './vscode.mjs';

const workspace = process.env.ALOOP_WORKSPACE;
const file = path.join(workspace, '.aloop/models.yaml');
const server = path.join(workspace, '.venv/bin/aloop-ls');
const saved = () => fs.readFileSync(file, 'utf8');
const start = saved();
const FIRST = /api_key: (\S+)/.exec(start)[1];
const TYPED = `sk-proj-${'zyxwvutsrqponmlkjihgfedcba9876543210'.repeat(2)}`;
const twoModels = (key) =>
  `default: openai/gpt-4o\nmodels:\n  openai/gpt-4o:\n    name: GPT-4o\n    api_key: ${FIRST}\n` +
  `  openai/gpt-4.1:\n    api_key: ${key}`;
const KEY = `sk-ant-api03-${'zyxwvutsrqponmlkjihgfedcba9876543210'.repeat(3).slice(0, 93)}AA`;

/** Applies a quick fix at the cursor, which need not be the one that VS Code selects. */
async function fix(vscode, title) {
  const row = await vscode.quickFix(title);
  const isSelected = async () => (await row.getAttribute('class')).includes('focused');
  while (!(await isSelected())) {
    await vscode.page.keyboard.press('ArrowDown');
  }
  await vscode.page.keyboard.press('Enter');
}

/** Waits until the Markdown preview shows the page of a rule as HTML. */
async function untilPreview(vscode, rule) {
  await vscode.page.locator('.tab.active', { hasText: `Preview ${rule}.md` }).waitFor();
  const page = vscode.webview();
  await page.locator('h1', { hasText: rule }).waitFor();
  await page.locator('h2', { hasText: 'Incorrect' }).waitFor();
  await page.locator('pre code').first().waitFor();
}

fs.chmodSync(file, 0o644);

const step = story(() => ({
  extension: process.env.ALOOP_VSIX,
  workspace,
  settings: { 'aloop.trace.server': 'verbose' },
}));

step('the status bar shows the default for the next agent', async (vscode) => {
  await vscode.statusItem('GPT-4o (next agent)').waitFor();
});

step('a file that others can read is made private', async (vscode) => {
  await vscode.open('.aloop/models.yaml');
  await vscode.goTo(1, 1);
  await fix(vscode, 'Make readable only by you');
  const mode = () => (fs.statSync(file).mode & 0o777).toString(8);
  await until(() => mode() === '600', mode);
  await vscode.waitForNotification('Only you can read');
});

step('the hover of a problem links to the page of its rule', async (vscode) => {
  await vscode.open('.aloop/models.yaml');
  await vscode.editor().locator('.squiggly-warning').first().waitFor();
  const hover = await vscode.hover(vscode.page.locator('.squiggly-warning').first(), 'unknown-provider');
  await hover.locator('a', { hasText: 'unknown-provider' }).click();
  await untilPreview(vscode, 'unknown-provider');
});

step('so does the Problems view', async (vscode) => {
  await vscode.open('.aloop/models.yaml');
  await vscode.palette('aloop: Check Models File');
  await vscode.page.locator('.markers-panel a', { hasText: 'unknown-provider' }).click();
  await untilPreview(vscode, 'unknown-provider');
});

step('a link in the page opens the related rule', async (vscode) => {
  const page = vscode.webview();
  await page.locator('a', { hasText: 'missing-api-base' }).click();
  await untilPreview(vscode, 'missing-api-base');
});

step('the palette opens the rule that is selected', async (vscode) => {
  await vscode.palette('aloop: Show Rule…');
  await vscode.answerBox('Show Rule', 'duplicate-key');
  // Enter would select the first rule while the list is not filtered yet.
  await vscode.pick('duplicate-key');
  await untilPreview(vscode, 'duplicate-key');
});

step('a typed problem is underlined, and its quick fix fixes it', async (vscode) => {
  await vscode.open('.aloop/models.yaml');
  await vscode.goTo(7);
  await vscode.page.keyboard.press('Enter');
  await vscode.page.keyboard.type('timout: 30');
  // The first one belongs to the misspelled provider.
  await vscode.editor().locator('.squiggly-warning').nth(1).waitFor();
  await (await vscode.quickFix('Rename to timeout')).waitFor();
  await vscode.page.keyboard.press('Enter');
  await vscode.untilText((text) => text.includes('timeout: 30') && !text.includes('timout'));
});

step('a provider, a model and its block are completed', async (vscode) => {
  await vscode.goTo(1);
  await vscode.page.keyboard.press('Enter');
  await vscode.page.keyboard.type('  anth');
  const rows = vscode.page.locator('.suggest-widget.visible .monaco-list-row');
  await rows.filter({ hasText: 'anthropic/' }).first().waitFor();
  await vscode.page.keyboard.press('Tab');
  await rows.filter({ hasText: 'anthropic/claude' }).first().waitFor();
  await vscode.page.keyboard.type('sonnet');
  await until(async () =>
    (await rows.evaluateAll((found) => found.map((row) => row.getAttribute('aria-label')))).every((label) =>
      label.includes('sonnet'),
    ),
  );
  await vscode.page.keyboard.press('Tab');
  await vscode.untilText((text) => /anthropic\/[\w.-]*sonnet[\w.-]*:.*\n.*api_key:/.test(text));
});

step('changes and undo are saved automatically', async (vscode) => {
  await until(() => /timeout[\s\S]*sonnet|sonnet[\s\S]*timeout/.test(saved()), saved);
  const isAsBefore = async () => (await vscode.text()).split('\n').length === start.split('\n').length;
  while (!(await isAsBefore())) {
    await vscode.page.keyboard.press('Control+Z');
  }
  await until(() => saved() === start, saved);
});

step('a few letters, Enter, the key and Enter add a model, and the key is never visible', async (vscode) => {
  await vscode.palette('aloop: Add Model…');
  await vscode.page.getByPlaceholder('Type a provider or a model').waitFor();
  await vscode.page.keyboard.type('sonnet');
  await vscode.quickInput().locator('.monaco-list-row.focused').filter({ hasText: 'claude-sonnet-5-5' }).waitFor();
  await vscode.page.keyboard.press('Enter');
  await vscode.quickInput().filter({ hasText: 'Add anthropic/claude-sonnet-5-5' }).waitFor();
  assert.equal(await vscode.input().getAttribute('type'), 'password');
  await vscode.page.keyboard.insertText(KEY);
  await vscode.page.keyboard.press('Enter');
  await vscode.untilText((text) => text.includes('anthropic/claude-sonnet-5-5'));
  assert.match(saved(), new RegExp(`anthropic/claude-sonnet-5-5:\\n    api_key: ${KEY}`));
  await until(async () => !/zyxwvu/.test(await vscode.visibleText()));
  await vscode.screenshot('editing-added');
});

step('the next model shares the key', async (vscode) => {
  await vscode.palette('aloop: Add Model…');
  await vscode.answer('Add Model', 'openai/gpt-4.1');
  await vscode.quickInput().filter({ hasText: 'Add openai/gpt-4.1' }).waitFor();
  assert.match((await vscode.pickList())[0], /Use the key of GPT-4o/);
  await vscode.pick('Use the key of GPT-4o');
  await vscode.untilText((text) => text.includes('openai/gpt-4.1'));
  const key = /openai\/gpt-4o:[\s\S]*?api_key: (\S+)/.exec(saved())[1];
  assert.match(saved(), new RegExp(`openai/gpt-4.1:\\n    api_key: ${key}\\n`));
});

step('the palette switches the model, and the file does not change', async (vscode) => {
  const before = saved();
  await vscode.palette('aloop: Switch Model…');
  const rows = await vscode.pickList();
  assert.equal(rows[0], 'check  GPT-4o, openai/gpt-4o · 128K · $2.50 / $10 · current · default, Ready');
  await vscode.pick('Local Llama');
  await vscode.statusItem('Local Llama (next agent)').waitFor();
  assert.equal(saved(), before);
});

step('the lens above a model switches to it', async (vscode) => {
  // VS Code draws lenses only while the editor has the focus.
  await vscode.page.locator('.monaco-editor .view-lines').first().click();
  await vscode.page.locator('.codelens-decoration').filter({ hasText: 'Default' }).getByText('Use this model').click();
  await vscode.statusItem('GPT-4o (next agent)').waitFor();
});

step('a key is typed into a password box, and it is in the file and nowhere else', async (vscode) => {
  await vscode.atEndOf(file, twoModels('sk-...'));
  await fix(vscode, 'Set API key…');
  await vscode.quickInput().filter({ hasText: 'Set API Key: openai/gpt-4.1' }).waitFor();
  assert.equal(await vscode.input().getAttribute('type'), 'password');
  await vscode.fill(TYPED);
  await vscode.page.keyboard.press('Enter');
  await until(() => saved().endsWith(twoModels(TYPED)), saved);
  assert.equal(saved().split(TYPED).length, 2);
  await vscode.waitForNotification('Set the API key of openai/gpt-4.1.');
  assert.doesNotMatch(await vscode.screenText(), /zyxwvutsrqpon/);
});

step('the key of another model is used', async (vscode) => {
  await vscode.atEndOf(file, twoModels('sk-...'));
  await fix(vscode, 'Use the key of GPT-4o');
  await until(() => saved().endsWith(twoModels(FIRST)), saved);
  await vscode.replacedByAnother(file, start, async () => (await vscode.text()).startsWith(start.split('\n')[0]));
});

step('keys are hidden except on the line of the cursor', async (vscode) => {
  const visible = () => vscode.visibleText();
  await vscode.goTo(1);
  await until(async () => !/sk-proj/.test(await visible()), visible);
  await vscode.goTo(4);
  await until(async () => (await visible()).match(/sk-proj/g)?.length === 1, visible);
  fs.mkdirSync(path.join(workspace, '.vscode'));
  fs.writeFileSync(path.join(workspace, '.vscode/settings.json'), JSON.stringify({ 'aloop.hideKeys': false }));
  await until(async () => (await visible()).match(/sk-proj/g)?.length > 1, visible);
});

step('the language status shows the file, the catalog and the server', async (vscode) => {
  await vscode.page.locator('[id="status.languageStatus"]').hover();
  const hover = vscode.page.locator('.hover-language-status');
  await hover.filter({ hasText: 'In use in this window' }).first().waitFor();
  await hover
    .filter({ hasText: /Model catalog of \d{4}-\d\d-\d\d/ })
    .first()
    .waitFor();
  await hover
    .filter({ hasText: /aloop-ls \d+\.\d+/ })
    .first()
    .waitFor();
});

step('why this model', async (vscode) => {
  await vscode.palette('aloop: Why This Model?');
  const page = vscode.webview();
  await page.getByText(/because it is the default model in/).waitFor();
  await page.getByText(/from the workspace’s \.venv/).waitFor();
  assert.equal(await page.getByText('runtime folder').isVisible(), false);
  await vscode.screenshot('editing-why');
  await page.getByText('Files, versions and packages').click();
  await page.getByText('runtime folder').waitFor();
  await vscode.palette('View: Close Editor');
});

step('a killed server is restarted, and keeps the selected model', async (vscode) => {
  await vscode.palette('aloop: Switch Model…');
  await vscode.pick('Local Llama');
  await vscode.statusItem('Local Llama (next agent)').waitFor();
  const [first] = processesOf(server);
  process.kill(first, 'SIGKILL');
  await until(() => processesOf(server).some((pid) => pid !== first));
  await vscode.outputUntil(
    'aloop models',
    /The server stopped \(SIGKILL\)[\s\S]*"aloop\.switchModel"[\s\S]*Received response 'workspace\/executeCommand/,
  );
  await vscode.statusItem('Local Llama (next agent)').waitFor();
});

step('the log has every request and no key', async (vscode) => {
  const log = await vscode.outputUntil('aloop models', /Params:[\s\S]*aloop\.switchModel/);
  assert.match(log, /textDocument\/didOpen/);
  assert.match(log, /"label": "claude-|"label": "anthropic\//);
  assert.match(log, /\[info\] Starting .*aloop-ls \(from workspace\)/);
  assert.match(log, /\[warning\] The server stopped \(SIGKILL\)/);
  assert.match(log, /aloop\.protectFile/);
  assert.match(log, /sameKeyAs/);
  const first = /sk-proj-(\S+)/.exec(start)[1];
  const parts = [first, TYPED.slice('sk-proj-'.length), KEY.slice('sk-ant-api03-'.length)].flatMap((key) =>
    Array.from({ length: key.length - 5 }, (_, at) => key.slice(at, at + 6)).filter((part) => /[a-z]/i.test(part)),
  );
  assert.deepEqual(
    parts.filter((part) => log.includes(part)),
    [],
  );
});
