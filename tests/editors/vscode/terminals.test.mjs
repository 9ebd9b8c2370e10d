// Agents in terminals: ALOOP_EDITOR, the status bar, and switching one or several agents.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { processesOf, story, until } from './vscode.mjs';

const workspace = process.env.ALOOP_WORKSPACE;
const agents = () => processesOf(path.join(workspace, '.venv/bin/aloop'));
const saved = () => fs.readFileSync(path.join(workspace, '.aloop/models.yaml'), 'utf8');
const before = saved();

const step = story(() => ({ extensions: [process.env.ALOOP_VSIX], workspace }));

step('terminals have the endpoint of the server in ALOOP_EDITOR', async (vscode) => {
  await vscode.statusItem('GPT-4o (next agent)').waitFor();
  await vscode.palette('Terminal: Create New Terminal');
  const seen = path.join(vscode.home, 'seen');
  // The shell may still be starting.
  await vscode.typeInTerminal(`echo "$ALOOP_EDITOR" > ${seen}`);
  await until(() => fs.existsSync(seen) && fs.readFileSync(seen, 'utf8').trim() !== '');
  assert.ok(fs.statSync(fs.readFileSync(seen, 'utf8').trim()).isSocket());
});

step('an agent starts with the model selected in the window', async (vscode) => {
  await vscode.palette('aloop: Switch Model…');
  await vscode.pick('Local Llama');
  await vscode.statusItem('Local Llama (next agent)').waitFor();
  await vscode.palette('aloop: Start Agent in Terminal');
  await vscode.terminalUntil(/❯/);
  await vscode.statusItem('Local Llama').waitFor();
  assert.equal(agents().length, 1);
});

step('the status bar follows /model in the agent', async (vscode) => {
  await vscode.typeInTerminal('/model openai/gpt-4o');
  await vscode.statusItem('GPT-4o').waitFor();
});

step('a click in the status bar switches the agent', async (vscode) => {
  await vscode.statusItem('GPT-4o').click();
  await vscode.pick('Local Llama');
  await vscode.statusItem('Local Llama').waitFor();
  await vscode.terminalUntil(/Local Llama[\s\S]*❯/);
});

step('a second agent: the status bar counts them', async (vscode) => {
  await vscode.palette('aloop: Start Agent in Terminal');
  await vscode.statusItem('Local Llama ×2').waitFor();
  assert.equal(agents().length, 2);
});

step('with several agents, a switch asks which one, and offers all of them', async (vscode) => {
  await vscode.palette('aloop: Switch Model…');
  await vscode.pick('GPT-4o');
  await vscode.quickInput().filter({ hasText: 'All of them' }).waitFor();
  assert.equal((await vscode.pickList()).length, 3);
  await vscode.pick('All of them');
  await vscode.statusItem('GPT-4o ×2').waitFor();
});

step('a switch can target one of several agents', async (vscode) => {
  const [first] = agents();
  await vscode.palette('aloop: Switch Model…');
  await vscode.pick('Local Llama');
  await vscode.quickInput().filter({ hasText: 'All of them' }).waitFor();
  await vscode.pick(`Agent ${first}`);
  await vscode.statusItem('2 agents, 2 models').waitFor();
  await vscode.statusItem('2 agents, 2 models').hover();
  const hover = vscode.page.locator('.monaco-hover').filter({ hasText: `Local Llama – agent ${first}` });
  await hover.filter({ hasText: `GPT-4o – agent ${agents()[1]}` }).waitFor();
});

step('removing a model in use is refused', async (vscode) => {
  await vscode.palette('aloop: Remove Model…');
  await vscode.pick('GPT-4o');
  await vscode.confirm('Remove');
  const notification = await vscode.waitForNotification(`GPT-4o is the current model of agent ${agents()[1]}`);
  assert.deepEqual(await vscode.buttons(notification), ['Remove Anyway']);
  assert.equal(saved(), before);
});

step('Remove Anyway removes it, and the agent keeps it', async (vscode) => {
  await vscode.press('GPT-4o is the current model of', 'Remove Anyway');
  await until(() => !saved().includes('  openai/gpt-4o:') && saved().includes('default: null'), saved);
  await vscode.statusItem('2 agents, 2 models').hover();
  const hover = vscode.page.locator('.monaco-hover').filter({ hasText: 'openai/gpt-4o (removed from file)' });
  await hover.waitFor();
  fs.writeFileSync(path.join(workspace, '.aloop/models.yaml'), before);
  await vscode.page.mouse.move(600, 300);
  await hover.waitFor({ state: 'hidden' });
  await until(async () => {
    await vscode.statusItem('2 agents, 2 models').hover();
    return vscode.page.locator('.monaco-hover').filter({ hasText: 'GPT-4o – agent' }).isVisible();
  });
});

step('the list of running agents switches the selected one', async (vscode) => {
  const [, second] = agents();
  await vscode.palette('aloop: List Running Agents');
  assert.equal((await vscode.pickList()).length, 2);
  await vscode.pick(`Agent ${second}`);
  await vscode.quickInput().filter({ hasText: 'Switch Model' }).waitFor();
  await vscode.pick('Local Llama');
  await vscode.statusItem('Local Llama ×2').waitFor();
});

step('removing the current model is refused', async (vscode) => {
  await vscode.palette('aloop: Remove Model…');
  await vscode.pick('Local Llama');
  await vscode.confirm('Remove');
  const notification = await vscode.waitForNotification(
    'Local Llama is the current model. Switch to another model first.',
  );
  assert.ok((await vscode.buttons(notification)).includes('Switch Model…'));
  assert.equal(saved(), before);
});

step('agents that end disappear from the status bar, and no file has changed', async (vscode) => {
  const [first] = agents();
  process.kill(first, 'SIGKILL');
  await vscode.statusItem('Local Llama').waitFor();
  await vscode.palette('Terminal: Kill All Terminals');
  await vscode.statusItem('Local Llama (next agent)').waitFor();
  assert.equal(saved(), before);
});
