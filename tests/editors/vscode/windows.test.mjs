// Windows: two on one folder, a subfolder of the project, several folders, `.aloop` itself, no folder.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { story } from './vscode.mjs';

const workspace = process.env.ALOOP_WORKSPACE;
const beside = path.join(path.dirname(workspace), 'beside');
const step = story(() => ({ extension: process.env.ALOOP_VSIX, workspace }));

/** Writes a private models.yaml with one model. */
function modelsFile(folder, name) {
  const file = path.join(folder, '.aloop/models.yaml');
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  fs.writeFileSync(file, `models:\n  ollama/llama2:\n    name: ${name}\ndefault: ollama/llama2\n`, { mode: 0o600 });
  return file;
}

/** Replaces the window with another one. */
async function inWindow(vscode, query) {
  await vscode.page.close();
  await vscode.openWindow(query);
}

/** Writes the folders of a multi-root workspace; an open window follows. */
function listFolders(vscode, name, folders) {
  const listed = path.join(path.dirname(workspace), `${name}.code-workspace`);
  fs.writeFileSync(
    listed,
    JSON.stringify({
      folders: folders.map((folder) => ({ uri: `vscode-remote://127.0.0.1:${vscode.port}${folder}` })),
    }),
  );
  return listed;
}

async function inFolders(vscode, name, folders) {
  // VS Code in a browser sometimes ignores the folders of a workspace file.
  const overlooked = () => vscode.page.getByText('You have not yet added a folder');
  do {
    await inWindow(vscode, { workspace: listFolders(vscode, name, folders) });
    await overlooked()
      .or(vscode.page.locator('.explorer-folders-view .monaco-list-row').nth(folders.length - 1))
      .first()
      .waitFor();
  } while (await overlooked().isVisible());
}

step('two windows on one folder have their own selected models, and nothing is registered twice', async (vscode) => {
  const first = vscode.page;
  await vscode.statusItem('GPT-4o (next agent)').waitFor();
  const second = await vscode.openWindow();
  await vscode.statusItem('GPT-4o (next agent)').waitFor();
  await vscode.palette('aloop: Switch Model…');
  await vscode.pick('Local Llama');
  await vscode.statusItem('Local Llama (next agent)').waitFor();
  await first.bringToFront();
  vscode.page = first;
  assert.equal(await vscode.statusItem('GPT-4o (next agent)').count(), 1);
  assert.equal(await vscode.page.locator('.notification-toast').count(), 0);
  await second.close();
  assert.doesNotMatch(vscode.output('aloop models'), /Error/);
});

step(
  'adding a folder with a models.yaml starts the server',
  async (vscode) => {
    const bare = ['left', 'right'].map((name) => path.join(path.dirname(workspace), name));
    const added = path.join(path.dirname(workspace), 'added');
    for (const folder of bare) {
      fs.mkdirSync(folder);
    }
    modelsFile(added, 'Added Llama');
    await inFolders(vscode, 'growing', bare);
    // The extension is active and has found no file.
    await vscode.palette('Developer: Show Running Extensions');
    await vscode.page
      .locator('.runtime-extensions-editor .monaco-list-row')
      .filter({ hasText: 'aloop models' })
      .waitFor();
    await vscode.statusItem('Add model').waitFor();
    listFolders(vscode, 'growing', [...bare, added]);
    // VS Code asks whether the new folder is trusted.
    await vscode.confirm('Yes');
    await vscode.statusItem('Added Llama (next agent)').waitFor();
  },
  180_000,
);

step('without a file, the palette creates one from the template and adds the first model', async (vscode) => {
  const fresh = path.join(path.dirname(workspace), 'fresh');
  const file = path.join(fresh, '.aloop/models.yaml');
  fs.mkdirSync(fresh);
  await inWindow(vscode, { folder: fresh });
  await vscode.palette('aloop: Open models.yaml');
  await vscode.waitForNotification(`Created ${file}`);
  await vscode.untilText((text) => text.includes('# Model Configuration') && text.includes('default: null'));
  assert.equal(fs.statSync(file).mode & 0o777, 0o600);
  await vscode.statusItem('Add model').waitFor();
  await vscode.palette('aloop: Add Model…');
  await vscode.answer('Add Model', 'ollama/llama3.1');
  await vscode.quickInput().filter({ hasText: 'Ollama URL' }).waitFor();
  await vscode.page.keyboard.press('Enter');
  await vscode.statusItem('ollama/llama3.1 (next agent)').waitFor();
  const added = fs.readFileSync(file, 'utf8').replace(/^ {2}#.*\n/gm, '');
  assert.ok(added.includes('\nmodels:\n  ollama/llama3.1:\n    api_base: http://localhost:11434\n\n'), added);
  assert.ok(added.endsWith('\ndefault: ollama/llama3.1\n'), added);
});

step('a subfolder of the project uses the file of the project', async (vscode) => {
  const inside = path.join(workspace, 'src/deep');
  fs.mkdirSync(inside, { recursive: true });
  await inWindow(vscode, { folder: inside });
  await vscode.statusItem('GPT-4o (next agent)').waitFor();
  await vscode.palette('aloop: Open models.yaml');
  await vscode.page.locator('.tab.active[data-resource-name="models.yaml"]').waitFor();
  assert.match(await vscode.problem('unknown-provider'), /openai/);
});

step('`.aloop` itself uses its own file', async (vscode) => {
  await inWindow(vscode, { folder: path.join(workspace, '.aloop') });
  await vscode.statusItem('GPT-4o (next agent)').waitFor();
});

step('without a folder, the file in the home folder is used', async (vscode) => {
  modelsFile(vscode.home, 'Home Llama');
  await inWindow(vscode, { ew: 'true' });
  await vscode.statusItem('Home Llama (next agent)').waitFor();
  await vscode.palette('aloop: Open models.yaml');
  await vscode.untilText((text) => text.includes('name: Home Llama'));
});

step('a change of that file by another program is noticed', async (vscode) => {
  await vscode.palette('View: Close Editor');
  modelsFile(vscode.home, 'Other Llama');
  await vscode.statusItem('Other Llama (next agent)').waitFor();
});

step(
  'with several folders, the first one with a file is used',
  async (vscode) => {
    const bare = path.join(path.dirname(workspace), 'bare');
    fs.mkdirSync(bare);
    modelsFile(beside, 'Second Llama');
    await inFolders(vscode, 'several', [bare, beside, workspace]);
    await vscode.statusItem('Second Llama (next agent)').waitFor();
  },
  180_000,
);

step('an agent starts in that folder, and uses the same file', async (vscode) => {
  await vscode.palette('aloop: Start Agent in Terminal');
  await vscode.terminalUntil(/beside\/\.aloop\/models\.yaml[\s\S]*❯/);
  await vscode.statusItem('Second Llama').waitFor();
  await vscode.palette('Terminal: Kill All Terminals');
  await vscode.statusItem('Second Llama (next agent)').waitFor();
});

step('the file of another folder is shown as not in use', async (vscode) => {
  await vscode.page.keyboard.press('Control+P');
  await vscode.fill('.aloop/models.yaml');
  await vscode.pick(path.basename(workspace));
  await vscode.untilText((text) => text.includes('GPT-4o'));
  await vscode.page.locator('[id="status.languageStatus"]').hover();
  await vscode.page
    .locator('.hover-language-status')
    .filter({ hasText: 'Not in use in this window' })
    .first()
    .waitFor();
});
