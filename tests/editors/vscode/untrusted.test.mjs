// An untrusted folder must not decide which program runs; a trusted folder may.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { processesOf, story, until } from './vscode.mjs';

const workspace = process.env.ALOOP_WORKSPACE;
const theirs = path.join(workspace, '.venv/bin/aloop-ls');
const mine = process.env.ALOOP_SERVER;

const step = story(() => ({ extension: process.env.ALOOP_VSIX, workspace, trust: false }));

step('the server on PATH is started, not the one in the folder, nor the one its settings name', async (vscode) => {
  fs.mkdirSync(path.join(workspace, '.vscode'));
  fs.writeFileSync(
    path.join(workspace, '.vscode/settings.json'),
    JSON.stringify({ 'aloop.server.path': path.join(workspace, 'bad') }),
  );
  fs.writeFileSync(path.join(workspace, 'bad'), `#!/bin/sh\ntouch ${workspace}/harm\nexec ${mine} "$@"\n`, {
    mode: 0o755,
  });
  await vscode.page
    .locator('.monaco-dialog-box')
    .getByRole('button', { name: /No, I don't trust/ })
    .click();
  await vscode.statusItem('GPT-4o (next agent)').waitFor();
  assert.equal(processesOf(mine).length, 1);
  assert.equal(processesOf(theirs).length, 0);
  assert.ok(!fs.existsSync(path.join(workspace, 'harm')));
});

step('problems are shown in an untrusted folder too', async (vscode) => {
  await vscode.open('.aloop/models.yaml');
  assert.match(await vscode.problem('unknown-provider'), /openai/);
});

step('after the folder is trusted, its own server runs', async (vscode) => {
  fs.writeFileSync(path.join(workspace, '.vscode/settings.json'), '{}');
  await vscode.palette('Workspaces: Manage Workspace Trust');
  await vscode.page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
  await until(() => processesOf(theirs).length === 1 && processesOf(mine).length === 0);
  await vscode.statusItem('GPT-4o (next agent)').waitFor();
});
