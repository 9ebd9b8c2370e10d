// Quick fixes that are commands: an API key that is typed, that of another model, and the file's permissions.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { story, until } from './vscode.mjs';

const workspace = process.env.ALOOP_WORKSPACE;
const file = path.join(workspace, '.aloop/models.yaml');
const saved = () => fs.readFileSync(file, 'utf8');
const FIRST = /api_key: (\S+)/.exec(saved())[1];
const TYPED = `sk-proj-${'zyxwvutsrqponmlkjihgfedcba9876543210'.repeat(2)}`;
const twoModels = (key) =>
  `default: openai/gpt-4o\nmodels:\n  openai/gpt-4o:\n    name: GPT-4o\n    api_key: ${FIRST}\n` +
  `  openai/gpt-4.1:\n    api_key: ${key}`;

/** Applies a quick fix at the cursor, which need not be the one that VS Code selects. */
async function fix(vscode, title) {
  const row = await vscode.quickFix(title);
  const isSelected = async () => (await row.getAttribute('class')).includes('focused');
  while (!(await isSelected())) {
    await vscode.page.keyboard.press('ArrowDown');
  }
  await vscode.page.keyboard.press('Enter');
}

fs.chmodSync(file, 0o644);

const step = story(() => ({
  extension: process.env.ALOOP_VSIX,
  workspace,
  settings: { 'aloop.trace.server': 'verbose' },
}));

step('a file that others can read is made private', async (vscode) => {
  await vscode.open('.aloop/models.yaml');
  await vscode.goTo(1, 1);
  await fix(vscode, 'Make readable only by you');
  const mode = () => (fs.statSync(file).mode & 0o777).toString(8);
  await until(() => mode() === '600', mode);
  await vscode.waitForNotification('Only you can read');
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
});

step('the log has every request and no key', async (vscode) => {
  const log = await vscode.outputUntil('aloop models', /sameKeyAs[\s\S]*Received response 'workspace\/executeCommand/);
  assert.match(log, /aloop\.protectFile/);
  assert.doesNotMatch(log, /0123456789abcdef|zyxwvutsrqpon/);
});
