// Add Local Models: what a server on this machine offers, in one list, and several added at once.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { story, until } from './vscode.mjs';

const workspace = process.env.ALOOP_WORKSPACE;
const url = process.env.ALOOP_URL;
const file = path.join(workspace, '.aloop/models.yaml');
const saved = () => fs.readFileSync(file, 'utf8');
const LLAMA = `  ollama/llama3.1:8b:\n    api_base: ${url}\n`;
const HUB = `  ollama/hf.co/bartowski/Llama-3.2-3B-Instruct-GGUF:Q4_K_M:\n    api_base: ${url}\n`;

const step = story(() => ({ extension: process.env.ALOOP_VSIX, workspace }));

/** “Enter a URL…”: a row if nothing was found, otherwise a button. */
const enterUrl = async (vscode) => {
  // A hover of the input could cover the button.
  await vscode.page.mouse.move(640, 600);
  const row = vscode.rows().filter({ hasText: 'Enter a URL…' });
  const button = vscode.quickInput().locator('.action-label[aria-label^="Enter a URL"]');
  await row.or(button).first().click();
};

const QUESTION = 'URL of a model server on this machine';

step('another machine is refused in the box', async (vscode) => {
  await vscode.statusItem('GPT-4o (next agent)').waitFor();
  await vscode.palette('aloop: Add Local Models…');
  await enterUrl(vscode);
  await vscode.answer(QUESTION, 'http://192.168.0.7:11434');
  await vscode.quickInput().filter({ hasText: '192.168.0.7 is not this machine.' }).waitFor();
  await vscode.screenshot('local-refused');
});

step('the models are listed with their facts, and several are added in one edit', async (vscode) => {
  const before = saved();
  // The problem is in the place of the question.
  await vscode.fill(url);
  await vscode.page.keyboard.press('Enter');
  await vscode.rows().filter({ hasText: 'llama3.1:8b' }).waitFor();
  const rows = await vscode.rows().allInnerTexts();
  assert.equal(rows.length, 3);
  assert.match(rows[0], /^llama3\.1:8b\s*8\.0B · Q4_K_M · 128K context · 4\.9 GB/);
  await vscode
    .quickInput()
    .filter({ hasText: `Ollama · ${url}` })
    .waitFor();
  await vscode.pick('llama3.1:8b');
  await vscode.pick('bartowski');
  await vscode.screenshot('local-rows');
  await vscode.page.keyboard.press('Enter');
  await until(() => saved().includes(HUB), saved);
  assert.ok(saved().includes(LLAMA) && !saved().includes('gpt-oss'), saved());
  const notification = await vscode.waitForNotification('Added 2 models: ollama/llama3.1:8b, ollama/hf.co/');
  await vscode.screenshot('local-added');
  await vscode.page.locator('.tab.active[data-resource-name="models.yaml"]').waitFor();
  assert.deepEqual(await vscode.buttons(notification), ['Use This Model', 'Undo']);
  await notification.getByText('Undo').click();
  await until(() => saved() === before, saved);
});

step('what the file has is marked, and Enter adds the row at which the user is', async (vscode) => {
  fs.writeFileSync(file, saved().replace(/^models:\n/m, `models:\n${LLAMA}`));
  await vscode.palette('aloop: Add Local Models…');
  await enterUrl(vscode);
  await vscode.answer(QUESTION, url);
  await vscode
    .rows()
    .filter({ hasText: /llama3\.1:8b.*already in models\.yaml/s })
    .waitFor();
  const rows = await vscode.rows().allInnerTexts();
  assert.match(rows[2], /llama3\.1:8b/);
  await vscode.screenshot('local-marked');
  await vscode.page.keyboard.press('Enter');
  await until(() => saved().includes(HUB), saved);
  assert.ok(!saved().includes('gpt-oss'));
});

step('a port without a server says what to do', async (vscode) => {
  await vscode.palette('aloop: Add Local Models…');
  await enterUrl(vscode);
  await vscode.answer(QUESTION, 'http://127.0.0.1:9');
  await vscode.rows().filter({ hasText: 'Start Ollama' }).waitFor();
  assert.equal(
    await vscode.input().getAttribute('placeholder'),
    'No model server answers at http://127.0.0.1:9. Check that it runs.',
  );
  const labels = await vscode.rows().locator('.label-name').allInnerTexts();
  assert.deepEqual(
    labels.map((label) => label.trim()),
    ['Start Ollama', 'Enter a URL…', 'Search Again', 'Get Ollama'],
  );
  await vscode.screenshot('local-nothing');
  await vscode.page.keyboard.press('Escape');
});
