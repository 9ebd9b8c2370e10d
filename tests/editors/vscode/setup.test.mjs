// The packaged extension on a machine with only Python, or not even that: what is offered, and that one click is
// enough.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { story } from './vscode.mjs';

const workspace = process.env.ALOOP_WORKSPACE;
const programs = process.env.ALOOP_PROGRAMS;
const NOTIFICATION = { x: 680, y: 560, width: 600, height: 240 };

const step = story(() => ({
  extensions: [process.env.ALOOP_VSIX],
  workspace,
  environment: { PATH: programs },
}));

step('without a server it is offered', async (vscode) => {
  await vscode.told('The aloop language server is not on this machine yet');
  await vscode.statusItem('aloop').waitFor();
  await vscode.picture('set-up', NOTIFICATION);
});

step('without Python, the line that installs it is offered', async (vscode) => {
  await vscode.press('is not on this machine yet', 'Set Up');
  const told = await vscode.told('there is none on PATH');
  assert.ok((await vscode.buttons(told)).includes('Try Again'));
  await vscode.picture('no-python', NOTIFICATION);
});

step('with an old Python, its version is told', async (vscode) => {
  python("echo 'aloop-python 3 8 True'");
  await vscode.press('there is none on PATH', 'Try Again');
  await vscode.told('python3 is 3.8');
});

step('where Debian left venv out, its package is named', async (vscode) => {
  python(
    'case "$3" in *) [ "$2" = -c ] && echo \'aloop-python 3 11 True\' && exit; ' +
      "echo 'The virtual environment was not created successfully because ensurepip is not'; " +
      "echo 'available.'; exit 1; esac",
  );
  await vscode.press('python3 is 3.8', 'Try Again');
  await vscode.told('its module venv is missing');
});

step(
  'where pip fails, that is told, and nothing is left behind',
  async (vscode) => {
    python(`exec "${process.env.ALOOP_PYTHON}" "$@"`);
    const configuration = path.join(vscode.home, '.config/pip/pip.conf');
    fs.mkdirSync(path.dirname(configuration), { recursive: true });
    fs.writeFileSync(configuration, '[install]\nconstraint = /nowhere\n');
    await vscode.press('its module venv is missing', 'Try Again');
    await vscode.told('pip could not install the server', 120_000);
    assert.deepEqual(environments(vscode), []);
    fs.rmSync(configuration);
  },
  150_000,
);

step(
  'with Python there, one click sets everything up',
  async (vscode) => {
    fs.rmSync(path.join(programs, 'python3'));
    fs.symlinkSync(process.env.ALOOP_PYTHON, path.join(programs, 'python3'));
    await vscode.page.close();
    await vscode.openWindow();
    // While a step of VS Code's own first page is in front, its command for another walk-through does nothing.
    await vscode.page.locator('.getting-started-step').first().waitFor();
    await vscode.page.locator('.tab.active').getByRole('button', { name: 'Close' }).click();
    await vscode.page.locator('.getting-started-step').first().waitFor({ state: 'hidden' });
    await vscode.palette('Welcome: Open Walkthrough...');
    await vscode.fill('Your first model');
    await vscode.pick('Your first model');
    await walkThroughStep(vscode, 'The language server', false).waitFor();
    await vscode.press('is not on this machine yet', 'Set Up');
    await vscode.told('Installing the server');
    await vscode.statusItem('GPT-4o (next agent)').waitFor({ timeout: 150_000 });
    assert.equal(environments(vscode).length, 1);
  },
  300_000,
);

step('the walk-through ticks what is done off by itself', async (vscode) => {
  await walkThroughStep(vscode, 'The language server', true).waitFor();
  await walkThroughStep(vscode, 'Add a model', true).waitFor();
  await walkThroughStep(vscode, 'Start an agent', false).waitFor();
});

step('and everything works', async (vscode) => {
  await vscode.open('.aloop/models.yaml');
  assert.match(await vscode.problem('unknown-provider'), /openai/);
  await vscode.palette('aloop: Switch Model…');
  await vscode.pick('Local Llama');
  await vscode.statusItem('Local Llama (next agent)').waitFor();
  await vscode.palette('aloop: Why This Model?');
  await vscode.untilText((text) => text.includes('set up by the extension'));
});

step('the agent is offered, with what it needs', async (vscode) => {
  await vscode.palette('aloop: Start Agent in Terminal');
  const told = await vscode.told('The agent needs more packages');
  assert.ok((await vscode.buttons(told)).includes('Install'));
});

step('another window uses the same environment, unasked', async (vscode) => {
  await vscode.openWindow();
  await vscode.statusItem('GPT-4o (next agent)').waitFor();
  assert.equal(await vscode.notification('is not on this machine yet').count(), 0);
  assert.equal(environments(vscode).length, 1);
});

function walkThroughStep(vscode, title, isDone) {
  return vscode.page
    .locator('.getting-started-step')
    .filter({ hasText: title })
    .getByRole('checkbox', { checked: isDone });
}

/** A `python3` on PATH that says what the given shell lines say. */
function python(lines) {
  const file = path.join(programs, 'python3');
  fs.writeFileSync(file, `#!/bin/sh\n${lines}\n`);
  fs.chmodSync(file, 0o755);
}

function environments(vscode) {
  const storage = path.join(vscode.profile, 'User/globalStorage/aloop.aloop-models');
  return fs.existsSync(storage) ? fs.readdirSync(storage).filter((name) => name.startsWith('server-')) : [];
}
