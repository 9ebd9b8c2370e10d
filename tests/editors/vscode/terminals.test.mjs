// Terminals of a real VS Code: what they carry, and the agent that is started in one.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { processesOf, story, until } from './vscode.mjs';

const workspace = process.env.ALOOP_WORKSPACE;

const step = story(() => ({ extensions: [process.env.ALOOP_VSIX], workspace }));

step('terminals of the window carry the address of the server', async (vscode) => {
  await vscode.statusItem('GPT-4o (next agent)').waitFor();
  await vscode.palette('Terminal: Create New Terminal');
  await vscode.page.locator('.terminal-wrapper.active .xterm-helper-textarea').focus();
  const seen = path.join(vscode.home, 'seen');
  // The shell may still be starting; what is typed waits for it.
  await vscode.page.keyboard.type(`echo "$ALOOP_EDITOR" > ${seen}`);
  await vscode.page.keyboard.press('Enter');
  await until(() => fs.existsSync(seen) && fs.readFileSync(seen, 'utf8').trim() !== '');
  assert.ok(fs.statSync(fs.readFileSync(seen, 'utf8').trim()).isSocket());
});

step('an agent is started in a terminal, with the model of the window', async (vscode) => {
  await vscode.palette('aloop: Start Agent in Terminal');
  await vscode.page.locator('.terminal-wrapper.active .xterm-rows').filter({ hasText: 'aloop' }).waitFor();
  await until(() => processesOf(path.join(workspace, '.venv/bin/aloop')).length === 1);
});

