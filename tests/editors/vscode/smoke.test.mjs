// The packaged extension in a real VS Code with the real server: status bar, findings, switching by pick list.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';
import { startVSCode } from './vscode.mjs';

const workspace = process.env.ALOOP_WORKSPACE;
let vscode;

before(async () => {
  vscode = await startVSCode({ vsix: process.env.ALOOP_VSIX, workspace, settings: { 'aloop.trace.server': 'verbose' } });
});
after(() => vscode?.close());

/** One step of the story, in order; a failing one leaves a picture. */
function step(name, run) {
  test(name, { timeout: 60_000 }, async () => {
    try {
      await run();
    } finally {
      await vscode?.screenshot(name.replaceAll(/\W+/g, '-'));
    }
  });
}

step('the status bar shows the default for the next agent', async () => {
  await vscode.statusItem('GPT-4o (next agent)').waitFor();
});

step('a misspelt provider is a problem that names the right one', async () => {
  await vscode.open('.aloop/models.yaml');
  const shown = await vscode.problem('unknown-provider');
  assert.match(shown, /openia/);
  assert.match(shown, /openai/);
});

step('the palette switches the model, and the file stays as it is', async () => {
  const file = `${workspace}/.aloop/models.yaml`;
  const saved = fs.readFileSync(file, 'utf8');
  await vscode.palette('aloop: Switch Model…');
  const rows = await vscode.pickList();
  assert.equal(rows.length, 3);
  assert.match(rows[0], /GPT-4o.*openai\/gpt-4o · current · default.*openai · 128K context/s);
  await vscode.screenshot('pick-list');
  await vscode.pick('Local Llama');
  await vscode.statusItem('Local Llama (next agent)').waitFor();
  assert.equal(fs.readFileSync(file, 'utf8'), saved);
});

step('the lens above a model switches to it', async () => {
  // VS Code draws lenses only while the editor has the focus.
  await vscode.page.locator('.monaco-editor .view-lines').first().click();
  await vscode.page.locator('.codelens-decoration a').filter({ hasText: /^switch$/ }).first().click();
  await vscode.statusItem('openia/gpt-4o (next agent)').waitFor();
});

step('the log has every request and no key', async () => {
  const log = await vscode.outputUntil('aloop models', /Params:[\s\S]*aloop\.switchModel/);
  assert.match(log, /textDocument\/didOpen/);
  assert.doesNotMatch(log, /0123456789abcdef/);
});
