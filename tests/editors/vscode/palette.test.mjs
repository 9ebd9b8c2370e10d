// Every command of the palette: questions, refusals and results.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { processesOf, story, until } from './vscode.mjs';

const workspace = process.env.ALOOP_WORKSPACE;
const file = path.join(workspace, '.aloop/models.yaml');
const settings = path.join(workspace, '.vscode/settings.json');
const server = path.join(workspace, '.venv/bin/aloop-ls');
const saved = () => fs.readFileSync(file, 'utf8');
const [KEY] = /sk-proj-\w+/.exec(saved());
const NEW_KEY = KEY.split('').reverse().join('').replace(/^.{8}/, 'sk-proj-');

const KEYBINDING = { key: 'ctrl+alt+m', command: 'aloop.switchModel', args: { modelId: 'anthropic/twoo' } };

const step = story(() => ({ extension: process.env.ALOOP_VSIX, workspace, keybindings: [KEYBINDING] }));

/** Presses a button in the row of a model. */
async function pressInRow(vscode, model, button) {
  const row = vscode.rows().filter({ hasText: model }).first();
  await row.hover();
  await row.getByRole('button', { name: button, exact: true }).click();
}

/** Runs a command and selects the model that it asks for. */
async function about(vscode, title, model) {
  await vscode.palette(title);
  await vscode.pick(model);
}

step('edit: a field gets a value, the fields that are set are listed first', async (vscode) => {
  await vscode.statusItem('One (next agent)').waitFor();
  await about(vscode, 'aloop: Edit Model…', 'Two');
  await vscode.quickInput().filter({ hasText: 'Edit anthropic/two' }).waitFor();
  // The first line of each row.
  const rows = await vscode.rows().locator('.quick-input-list-row:first-child .label-name').allInnerTexts();
  assert.deepEqual(rows.slice(0, 3), ['name', 'api_key', 'api_base']);
  assert.doesNotMatch(await vscode.quickInput().innerText(), /sk-/);
  await vscode.screenshot('palette-edit-fields');
  await vscode.answer('Edit anthropic/two', 'timeout');
  await vscode.answer('Edit anthropic/two: timeout', '30');
  await vscode.waitForNotification('Changed timeout of Two.');
  assert.match(saved(), /anthropic\/two:\n {4}name: Two\n {4}api_key: \S+\n {4}api_base: \S+\n {4}timeout: 30\n/);
});

step('edit: a value that cannot be used is reported while typing, and Enter takes the suggestion', async (vscode) => {
  const before = saved();
  await about(vscode, 'aloop: Edit Model…', 'Two');
  await vscode.answer('Edit anthropic/two', 'timeout');
  await vscode.answerBox('Edit anthropic/two: timeout', 'soon');
  await vscode.quickInput().filter({ hasText: 'timeout must be' }).waitFor();
  await vscode.page.keyboard.press('Enter');
  assert.equal(saved(), before);
  await vscode.fill('5m');
  await vscode.quickInput().getByText('Use 300').waitFor();
  await vscode.screenshot('palette-edit-suggestion');
  await vscode.page.keyboard.press('Enter');
  await until(async () => (await vscode.input().inputValue()) === '300');
  await vscode.fill('6m');
  await vscode.quickInput().getByText('Use 360').click();
  await until(async () => (await vscode.input().inputValue()) === '360');
  assert.equal(saved(), before);
  await vscode.quickInput().getByRole('button', { name: 'Back' }).click();
  await vscode.quickInput().filter({ hasText: 'Edit anthropic/two' }).waitFor();
  await vscode.quickInput().getByRole('button', { name: 'Back' }).click();
  await vscode.page.getByPlaceholder('Select the model to edit').waitFor();
  await vscode.page.keyboard.press('Escape');
  assert.equal(saved(), before);
});

step('edit: a field with fixed values has a pick list, and an empty box removes a field', async (vscode) => {
  await about(vscode, 'aloop: Edit Model…', 'Two');
  await vscode.answer('Edit anthropic/two', 'drop_params');
  await vscode.pick('false');
  await until(() => saved().includes('    timeout: 30\n    drop_params: false\n'), saved);
  await about(vscode, 'aloop: Edit Model…', 'Two');
  await vscode.answer('Edit anthropic/two', 'timeout');
  await vscode.answer('Edit anthropic/two: timeout', '');
  await until(() => !saved().includes('timeout'), saved);
  await about(vscode, 'aloop: Edit Model…', 'Two');
  await vscode.answer('Edit anthropic/two', 'drop_params');
  await vscode.quickInput().locator('.monaco-list-row.focused').filter({ hasText: 'false' }).waitFor();
  await vscode.screenshot('palette-edit-values');
  await vscode.pick('Remove drop_params');
  await until(() => !saved().includes('drop_params'), saved);
});

step('default: it is written, and the next agent will use it', async (vscode) => {
  await about(vscode, 'aloop: Set Default Model…', 'Two');
  await vscode.statusItem('Two (next agent)').waitFor();
  assert.match(saved(), /^default: anthropic\/two$/m);
  await vscode.press('Two is now the default model.', 'Undo');
  await vscode.statusItem('One (next agent)').waitFor();
  assert.match(saved(), /^default: openai\/one$/m);
  await about(vscode, 'aloop: Set Default Model…', 'Two');
  await vscode.statusItem('Two (next agent)').waitFor();
});

step('key: it is hidden while typing, and replaced in every entry that shares it', async (vscode) => {
  await about(vscode, 'aloop: Set API Key…', 'One');
  await vscode.quickInput().filter({ hasText: 'Set API Key: openai/one' }).waitFor();
  assert.equal(await vscode.input().getAttribute('type'), 'password');
  await vscode.page.keyboard.press('Enter');
  await vscode.quickInput().filter({ hasText: 'Enter a value' }).waitFor();
  await vscode.fill(NEW_KEY);
  await vscode.page.keyboard.press('Enter');
  await until(() => saved().split(NEW_KEY).length === 3 && !saved().includes(KEY), saved);
  assert.doesNotMatch(await vscode.page.locator('body').innerText(), /sk-proj/);
});

step('show: a page with every field, the key masked', async (vscode) => {
  await about(vscode, 'aloop: Show Model', 'One');
  const page = vscode.webview();
  await page.getByRole('heading', { name: 'One' }).waitFor();
  await vscode.screenshot('palette-show');
  const text = await page.locator('body').innerText();
  assert.match(text, /openai\/one/);
  assert.match(text, /name\s+One/);
  assert.match(text, /api_key\s+•+/);
  assert.match(text, /The same API key is used by: openai\/three/);
  assert.doesNotMatch(text, /sk-/);
  await page.getByRole('link', { name: 'Edit…' }).click();
  await vscode.answer('Edit openai/one', 'timeout');
  await vscode.answer('Edit openai/one: timeout', '30');
  await page.getByRole('cell', { name: 'timeout' }).waitFor();
  await page.getByRole('link', { name: 'Edit…' }).click();
  await vscode.answer('Edit openai/one', 'timeout');
  await vscode.quickInput().getByRole('button', { name: 'Remove timeout' }).click();
  await page.getByRole('cell', { name: 'timeout' }).waitFor({ state: 'hidden' });
  await vscode.palette('View: Close Editor');
});

step('remove: only after a confirmation', async (vscode) => {
  await about(vscode, 'aloop: Remove Model…', 'Three');
  await vscode.page.locator('.monaco-dialog-box').filter({ hasText: 'Remove Three?' }).waitFor();
  assert.match(await vscode.page.locator('.monaco-dialog-box').innerText(), /Its API key stays in openai\/one\./);
  await vscode.screenshot('palette-remove');
  await vscode.confirm('Cancel');
  assert.match(saved(), /openai\/three/);
  const before = saved();
  await about(vscode, 'aloop: Remove Model…', 'Three');
  await vscode.confirm('Remove');
  const notification = await vscode.waitForNotification('Removed Three.');
  assert.deepEqual(await vscode.buttons(notification), ['Undo']);
  assert.doesNotMatch(saved(), /openai\/three/);
  await vscode.press('Removed Three.', 'Undo');
  await until(() => saved() === before, saved);
});

step('undo: not after another change of the file', async (vscode) => {
  await about(vscode, 'aloop: Remove Model…', 'Three');
  await vscode.confirm('Remove');
  await vscode.waitForNotification('Removed Three.');
  fs.appendFileSync(file, '# another change\n');
  const changed = saved();
  await vscode.press('Removed Three.', 'Undo');
  await vscode.waitForNotification('Cannot undo: models.yaml has changed since.');
  assert.equal(saved(), changed);
});

step('switch: ready models first, with buttons; a model that is not ready asks for what is missing', async (vscode) => {
  await vscode.palette('aloop: Switch Model…');
  const rows = await vscode.pickList();
  await vscode.screenshot('switch-picker');
  assert.match(rows[0], /Two, anthropic\/two.* · current · default/);
  assert.match(rows[1], /One, openai\/one/);
  assert.match(rows[2], /No Key, openai\/no-key.*, It has no API key\. Select to set it\./);
  assert.deepEqual(
    rows.slice(3).map((row) => row.split(' ').slice(-2).join(' ')),
    ['Add Model…', 'Manage Models…'],
  );
  const groups = await vscode.quickInput().locator('.quick-input-list-separator:visible').allInnerTexts();
  assert.deepEqual(groups.filter(Boolean), ['Ready', 'Needs attention']);
  await vscode.pick('No Key');
  await vscode.quickInput().filter({ hasText: 'Set API Key: openai/no-key' }).waitFor();
  await vscode.page.keyboard.press('Escape');
});

step('switch: after the missing key is set, the switch continues', async (vscode) => {
  const before = saved();
  await about(vscode, 'aloop: Switch Model…', 'No Key');
  await vscode.quickInput().filter({ hasText: 'Set API Key: openai/no-key' }).waitFor();
  await vscode.fill(NEW_KEY);
  await vscode.page.keyboard.press('Enter');
  await vscode.statusItem('No Key (next agent)').waitFor();
  vscode.writtenByAnother(file, before);
  await about(vscode, 'aloop: Switch Model…', 'Two');
  await vscode.statusItem('Two (next agent)').waitFor();
});

step('switch: the button of a row makes the model the default', async (vscode) => {
  await vscode.palette('aloop: Switch Model…');
  await pressInRow(vscode, 'One', 'Set as Default');
  await vscode.press('One is now the default model.', 'Undo');
  await until(() => /^default: anthropic\/two$/m.test(saved()), saved);
});

step('switch: Manage Models… lists the models with more buttons', async (vscode) => {
  await vscode.palette('aloop: Switch Model…');
  await vscode.pick('Manage Models…');
  await vscode
    .quickInput()
    .filter({ hasText: 'Manage Models' })
    .getByPlaceholder('Select a model to open its entry')
    .waitFor();
  await vscode.screenshot('manage-models');
  await pressInRow(vscode, 'No Key', 'Edit…');
  await vscode.quickInput().filter({ hasText: 'Edit openai/no-key' }).waitFor();
  await vscode.page.keyboard.press('Escape');
});

step('an unknown ID from a key binding is refused with the nearest IDs', async (vscode) => {
  await vscode.palette('aloop: Switch Model…');
  await vscode.pick('One');
  await vscode.statusItem('One (next agent)').waitFor();
  await vscode.page.keyboard.press('Control+Alt+M');
  const notification = await vscode.waitForNotification("There is no model 'anthropic/twoo' in models.yaml.");
  assert.deepEqual(await vscode.buttons(notification), ['anthropic/two']);
  await vscode.press("There is no model 'anthropic/twoo' in models.yaml.", 'anthropic/two');
  await vscode.statusItem('Two (next agent)').waitFor();
});

step('manage: marks and facts; selecting a model opens its entry', async (vscode) => {
  await vscode.palette('aloop: Manage Models…');
  const rows = await vscode.pickList();
  assert.equal(rows.length, 4);
  assert.match(rows[0], /Two, anthropic\/two.* · current · default/);
  assert.match(rows[2], /No Key.*It has no API key/);
  await vscode.pick('No Key');
  await vscode.page.locator('.tab.active[data-resource-name="models.yaml"]').waitFor();
  const line =
    saved()
      .split('\n')
      .findIndex((text) => text.includes('openai/no-key:')) + 1;
  await vscode.statusItem(`Ln ${line}, Col 1`).waitFor();
});

step('check: shows the number of problems and the Problems view', async (vscode) => {
  await vscode.palette('aloop: Check Models File');
  await vscode.waitForNotification(/\d error.*\d warning/);
  assert.match(await vscode.problem('missing-api-key'), /openai\/no-key: api_key is missing.*Ln 11, Col 3/);
});

step('reload: reads the file again', async (vscode) => {
  fs.appendFileSync(file, '# read again\n');
  await vscode.palette('aloop: Reload Models File');
  await vscode.waitForNotification('Loaded 3 models from');
});

step('no agent is running: one is offered', async (vscode) => {
  await vscode.palette('aloop: List Running Agents');
  const notification = await vscode.waitForNotification('No running agent uses this models.yaml.');
  assert.ok((await vscode.buttons(notification)).includes('Start Agent'));
});

step('test: each selected model answers one small request', async (vscode) => {
  await vscode.palette('aloop: Test Models…');
  await vscode.rows().filter({ hasText: 'openai/one' }).waitFor();
  assert.equal(await vscode.rows().count(), 2);
  await vscode.page.keyboard.press('Enter');
  await vscode.terminalUntil(/One {2}ok[\s\S]*Two {2}ok/);
});

step('compare: one prompt to the selected models', async (vscode) => {
  await vscode.palette('aloop: Compare Models…');
  await vscode.rows().filter({ hasText: 'openai/one' }).waitFor();
  await vscode.page.keyboard.press('Enter');
  await vscode.answer('Compare Models (2 of 2)', "Who's there?");
  await vscode.terminalUntil(/This is one\.[\s\S]*This is two\.|This is two\.[\s\S]*This is one\./);
});

step('log: shows the output of the extension and the server', async (vscode) => {
  await vscode.palette('aloop: Show Log');
  const shown = async () => (await vscode.page.locator('.output-view .view-lines').innerText()).replace(/\s+/g, '');
  await until(async () => (await shown()).includes('aloop-ls(fromworkspace)'), shown);
});

step('restart: starts another server', async (vscode) => {
  const [first] = processesOf(server);
  await vscode.palette('aloop: Restart Server');
  await until(() => processesOf(server).some((pid) => pid !== first) && !processesOf(server).includes(first));
  await vscode.statusItem('Two (next agent)').waitFor();
});

step(
  'without a server, every command offers the next step',
  async (vscode) => {
    fs.mkdirSync(path.dirname(settings), { recursive: true });
    fs.writeFileSync(settings, JSON.stringify({ 'aloop.server.path': '/nowhere/aloop-ls' }));
    await vscode.waitForNotification('No executable file at /nowhere/aloop-ls');
    await vscode.statusItem('aloop').waitFor();
    const titles = [
      'Switch Model…',
      'Add Model…',
      'Edit Model…',
      'Remove Model…',
      'Set Default Model…',
      'Set API Key…',
      'Show Model',
      'Manage Models…',
      'List Running Agents',
      'Reload Models File',
      'Check Models File',
      'Format Models File',
      'Open models.yaml',
      'Start Agent in Terminal',
      'Compare Models…',
      'Test Models…',
      'Restart Server',
    ];
    for (const title of titles) {
      await vscode.palette('Notifications: Clear All Notifications');
      await vscode.notification('No executable file').waitFor({ state: 'detached' });
      await vscode.palette(`aloop: ${title}`);
      const notification = await vscode.waitForNotification('No executable file at /nowhere/aloop-ls');
      assert.ok((await vscode.buttons(notification)).includes('Set Path…'), title);
    }
    await vscode.palette('aloop: Why This Model?');
    await vscode.webview().getByText('No executable file at /nowhere/aloop-ls').waitFor();
  },
  180_000,
);

step('with the setting fixed, the server runs again', async (vscode) => {
  fs.writeFileSync(settings, '{}');
  await vscode.statusItem('Two (next agent)').waitFor();
});
