// Unsaved text: commands and agents in terminals change it in the editor, where it can be undone.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { story } from './vscode.mjs';

const workspace = process.env.ALOOP_WORKSPACE;
const saved = () => fs.readFileSync(path.join(workspace, '.aloop/models.yaml'), 'utf8');
const before = saved();

// Without autosave, as on the desktop; in a browser, VS Code saves after a second by default.
const step = story(() => ({ extension: process.env.ALOOP_VSIX, workspace, settings: { 'files.autoSave': 'off' } }));

step('a command edits unsaved text in the editor, where it can be undone', async (vscode) => {
  await vscode.open('.aloop/models.yaml');
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
