// The path of a new user, from the installed extension to the first answer of a model, counted in clicks and keys.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { story } from './vscode.mjs';

const workspace = process.env.ALOOP_WORKSPACE;
const file = path.join(workspace, '.aloop/models.yaml');
/** The most clicks and keys that the path may take. */
const LIMIT = 12;

fs.rmSync(path.dirname(file), { recursive: true });
const step = story(() => ({ extension: process.env.ALOOP_VSIX, workspace }));
let count = 0;

const click = async (locator) => {
  await locator.click();
  count += 1;
};
const press = async (vscode, key) => {
  await vscode.page.keyboard.press(key);
  count += 1;
};

step('a model of a local server is added from the status bar', async (vscode) => {
  await click(vscode.statusItem('Add model'));
  await vscode.rows().first().filter({ hasText: 'Local server…' }).waitFor();
  await press(vscode, 'Enter');
  await vscode.rows().filter({ hasText: 'llama3.1:8b' }).waitFor();
  await press(vscode, 'Enter');
  await vscode.statusItem('ollama/llama3.1:8b (next agent)').waitFor();
});

step('the message starts the agent, which answers', async (vscode) => {
  // The entry is in front, and no page that opens late covers it.
  await vscode.untilText((text) => text.includes('ollama/llama3.1:8b'));
  const message = await vscode.waitForNotification('ollama/llama3.1:8b');
  await click(message.getByRole('button', { name: 'Start Agent' }));
  await vscode.terminalUntil(/❯/);
  await press(vscode, 'h');
  await press(vscode, 'i');
  await press(vscode, 'Enter');
  await vscode.terminalUntil(/This is [\s\S]*llama3\.1:8b/);
  console.log(`From the installation to the first answer: ${count} clicks and keys.`);
  assert.ok(count <= LIMIT, `${count} clicks and keys`);
});
