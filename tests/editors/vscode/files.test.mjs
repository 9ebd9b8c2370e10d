// Files that nobody reads are renamed, or listed in `aloop.files`: then they are checked like models.yaml.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { story, until } from './vscode.mjs';

const workspace = process.env.ALOOP_WORKSPACE;
const own = path.join(workspace, '.aloop/models.yaml');
const misnamed = path.join(workspace, '.aloop/models.yml');
const other = path.join(workspace, 'config/model.yaml');
const KEY = 'sk-proj-otherQ9w8e7r6t5y4u3i2o1p0asdfghjklzxcvQW1';
const TEXT = `models:\n  openai/gpt-4o:\n    api_key: ${KEY}\n    timout: 5\n`;

fs.rmSync(own);
fs.writeFileSync(misnamed, TEXT, { mode: 0o600 });
fs.mkdirSync(path.dirname(other));
fs.writeFileSync(other, TEXT, { mode: 0o600 });

const step = story(() => ({ extension: process.env.ALOOP_VSIX, workspace }));
const NOT_READ = /aloop does not read models?\.ya?ml, only \.aloop\/models\.yaml/;

step('a misnamed file says so, and Rename moves it to where it is read', async (vscode) => {
  await vscode.open('.aloop/models.yml');
  const message = await vscode.waitForNotification(NOT_READ);
  assert.deepEqual(await vscode.buttons(message), ['Rename', 'Use This File']);
  await vscode.screenshot('files-unread');
  await vscode.press(NOT_READ, 'Rename');
  await vscode.statusItem('aloop models').waitFor();
  await vscode.page.locator('.tab.active[data-resource-name="models.yaml"]').waitFor();
  await until(() => fs.existsSync(own) && !fs.existsSync(misnamed));
  assert.equal(fs.readFileSync(own, 'utf8'), TEXT);
  await vscode.editor().locator('.squiggly-warning').first().waitFor();
});

step('Rename never replaces a file', async (vscode) => {
  fs.writeFileSync(misnamed, 'models:\n', { mode: 0o600 });
  await vscode.open('config/model.yaml');
  await vscode.press(NOT_READ, 'Rename');
  await vscode.waitForNotification(/\.aloop\/models\.yaml already exists\. model\.yaml was not renamed/);
  assert.equal(fs.readFileSync(own, 'utf8'), TEXT);
  assert.ok(fs.existsSync(other));
  await vscode.palette('View: Close Editor');
});

step('Use This File lists it, and the editor serves it at once with its keys hidden', async (vscode) => {
  await vscode.open('.aloop/models.yml');
  await vscode.press(NOT_READ, 'Use This File');
  const settings = path.join(workspace, '.vscode/settings.json');
  const written = () => (fs.existsSync(settings) ? fs.readFileSync(settings, 'utf8').replace(/\s/g, '') : '');
  await until(() => written() === '{"aloop.files":[".aloop/models.yml"]}', written);
  await vscode.statusItem('aloop models').waitFor();
  fs.writeFileSync(settings, JSON.stringify({ 'aloop.files': ['config/*.yaml'] }));
  await vscode.statusItem('YAML').waitFor();
  await vscode.open('config/model.yaml');
  await vscode.statusItem('aloop models').waitFor();
  await vscode.editor().locator('.squiggly-warning').first().waitFor();
  await until(
    async () => !(await vscode.visibleText()).includes(KEY),
    () => vscode.visibleText(),
  );
  await vscode.screenshot('files-listed');
  await vscode.goTo(4);
  await (await vscode.quickFix('Rename to timeout')).waitFor();
  await vscode.page.keyboard.press('Enter');
  await vscode.untilText((text) => text.includes('    timeout: 5'));
});
