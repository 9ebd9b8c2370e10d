// Agents in terminals: ALOOP_EDITOR, the status bar, switching one or several agents, and text that is not saved.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { processesOf, story, until } from './vscode.mjs';

const workspace = process.env.ALOOP_WORKSPACE;
const agents = () => processesOf(path.join(workspace, '.venv/bin/aloop'));
const saved = () => fs.readFileSync(path.join(workspace, '.aloop/models.yaml'), 'utf8');
const before = saved();

/** The names of the terminals in the list of tabs. */
const terminals = async (vscode) =>
  (await vscode.page.locator('.terminal-tabs-entry .monaco-icon-name-container').allInnerTexts()).map((name) =>
    name.replace(/[^\x20-\x7e·]/g, '').trim(),
  );
const untilTerminals = (vscode, names) =>
  until(
    async () => (await terminals(vscode)).join() === names.join(),
    async () => (await terminals(vscode)).join(),
  );
/** The name of the terminal in front. */
const inFront = async (vscode) => {
  const row = vscode.page.locator('.monaco-list-row.selected .terminal-tabs-entry .monaco-icon-name-container');
  return (await row.innerText()).replace(/[^\x20-\x7e·]/g, '').trim();
};
const focused = (vscode) => vscode.quickInput().locator('.monaco-list-row.focused').innerText();

const step = story(() => ({ extension: process.env.ALOOP_VSIX, workspace }));

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
  // The other terminal is the one of the first step.
  assert.deepEqual(await terminals(vscode), ['bash', 'aloop · Local Llama']);
});

step('the status bar follows /model in the agent', async (vscode) => {
  await vscode.typeInTerminal('/model openai/gpt-4o');
  await vscode.statusItem('GPT-4o').waitFor();
});

step('the name of the terminal follows a switch', async (vscode) => {
  await untilTerminals(vscode, ['bash', 'aloop · GPT-4o']);
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
  await untilTerminals(vscode, ['bash', 'aloop · Local Llama', 'aloop (2) · Local Llama']);
});

step('with several agents, a switch asks which one: the terminal in front is selected', async (vscode) => {
  await vscode.palette('aloop: Switch Model…');
  await vscode.pick('GPT-4o');
  await vscode.quickInput().filter({ hasText: 'All of them' }).waitFor();
  const rows = await vscode.pickList();
  assert.equal(rows.length, 3);
  assert.match(rows[0], /aloop, Local Llama, /);
  assert.match(rows[1], /aloop \(2\), Local Llama · active terminal, /);
  assert.match(await focused(vscode), /aloop \(2\)/);
  await vscode.screenshot('agents');
});

step('the row of another agent shows its terminal', async (vscode) => {
  await vscode.page.keyboard.press('ArrowUp');
  await until(
    async () => (await inFront(vscode)).startsWith('aloop · '),
    () => inFront(vscode),
  );
  await vscode.pick('All of them');
  await vscode.statusItem('GPT-4o ×2').waitFor();
});

step('a switch can target one of several agents', async (vscode) => {
  await vscode.palette('aloop: Switch Model…');
  await vscode.pick('Local Llama');
  await vscode.quickInput().filter({ hasText: 'All of them' }).waitFor();
  assert.match((await vscode.pickList())[0], /aloop, GPT-4o · active terminal/);
  await vscode.page.keyboard.press('Enter');
  await vscode.statusItem('The agent in the terminal aloop will use Local Llama from its next turn.').waitFor();
  await vscode.statusItem('2 agents, 2 models').waitFor();
  const hover = await vscode.hover(vscode.statusItem('2 agents, 2 models'), /Local Llama .* – aloop in /);
  await hover.filter({ hasText: /GPT-4o .* – aloop \(2\) in / }).waitFor();
});

step('removing a model in use is refused', async (vscode) => {
  await vscode.palette('aloop: Remove Model…');
  await vscode.pick('GPT-4o');
  await vscode.confirm('Remove');
  const notification = await vscode.waitForNotification('GPT-4o is the current model of aloop (2).');
  assert.deepEqual(await vscode.buttons(notification), ['Remove Anyway']);
  assert.equal(saved(), before);
});

step('Remove Anyway removes it, and the agent keeps it', async (vscode) => {
  await vscode.press('GPT-4o is the current model of', 'Remove Anyway');
  await until(() => !saved().includes('  openai/gpt-4o:') && saved().includes('default: null'), saved);
  const hover = await vscode.hover(vscode.statusItem('2 agents, 2 models'), 'openai/gpt-4o (removed from file)');
  fs.writeFileSync(path.join(workspace, '.aloop/models.yaml'), before);
  await vscode.page.mouse.move(600, 300);
  await hover.waitFor({ state: 'hidden' });
  await vscode.hover(vscode.statusItem('2 agents, 2 models'), /GPT-4o .* – aloop/);
});

step('the list of running agents switches the selected one', async (vscode) => {
  await vscode.palette('aloop: List Running Agents');
  assert.equal((await vscode.pickList()).length, 2);
  await vscode.pick('aloop (2)');
  await vscode.quickInput().filter({ hasText: 'Switch Model' }).waitFor();
  await vscode.pick('Local Llama');
  await vscode.statusItem('Local Llama ×2').waitFor();
});

step('the list of running agents goes to the terminal', async (vscode) => {
  await vscode.palette('aloop: List Running Agents');
  const row = vscode.rows().filter({ hasText: 'aloop (2)' });
  await row.hover();
  await row.getByRole('button', { name: 'Go to Terminal', exact: true }).click();
  await until(
    async () => (await inFront(vscode)).startsWith('aloop (2) · '),
    () => inFront(vscode),
  );
  // It was not in front when its model was switched.
  await untilTerminals(vscode, ['bash', 'aloop · Local Llama', 'aloop (2) · Local Llama']);
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

step('a command edits unsaved text in the editor, where it can be undone', async (vscode) => {
  // As on the desktop; in a browser, VS Code saves after a second by default. The line numbers show that it is in use.
  const settings = { 'files.autoSave': 'off', 'editor.lineNumbers': 'off' };
  fs.mkdirSync(path.join(workspace, '.vscode'));
  fs.writeFileSync(path.join(workspace, '.vscode/settings.json'), JSON.stringify(settings));
  await vscode.open('.aloop/models.yaml');
  await vscode.editor().locator('.line-numbers').first().waitFor({ state: 'detached' });
  await vscode.goTo(1, 1);
  await vscode.page.keyboard.type('# mine');
  await vscode.page.keyboard.press('Enter');
  await vscode.palette('aloop: Set Default Model…');
  await vscode.pick('Local Llama');
  await vscode.untilText((text) => text.includes('default: ollama/llama2') && text.includes('# mine'));
  assert.equal(saved(), before);
  await vscode.editor().locator('.view-lines').click();
  await vscode.page.keyboard.press('Control+Z');
  await vscode.untilText((text) => text.includes('default: openai/gpt-4o') && text.includes('# mine'));
  await vscode.palette('File: Revert File');
  await vscode.untilText((text) => !text.includes('# mine'));
});

step('a model added in the agent appears in unsaved text, where it can be undone', async (vscode) => {
  await vscode.palette('aloop: Start Agent in Terminal');
  await vscode.terminalUntil(/❯/);
  await vscode.editor().locator('.view-lines').click();
  await vscode.goTo(1, 1);
  await vscode.page.keyboard.type('# mine');
  await vscode.page.keyboard.press('Enter');
  await vscode.typeInTerminal('/model add ollama/mistral api_base=');
  await vscode.untilText((text) => text.includes('# mine') && text.includes('ollama/mistral:'));
  assert.equal(saved(), before);
  await vscode.editor().locator('.view-lines').click();
  await vscode.page.keyboard.press('Control+Z');
  await vscode.untilText((text) => text.includes('# mine') && !text.includes('ollama/mistral'));
  await vscode.palette('File: Revert File');
  await vscode.untilText((text) => !text.includes('# mine'));
});
