// Setting up the server on a machine without Python, and with one click on a machine with Python.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { story, until } from './vscode.mjs';

const workspace = process.env.ALOOP_WORKSPACE;
const programs = process.env.ALOOP_PROGRAMS;

const step = story(() => ({
  extension: process.env.ALOOP_VSIX,
  workspace,
  environment: { PATH: programs },
}));

step('without a server, the set-up is offered', async (vscode) => {
  await vscode.waitForNotification('The aloop language server is not installed');
  await vscode.statusItem('aloop').waitFor();
});

step('without Python, the command that installs it is offered', async (vscode) => {
  await vscode.press('is not installed', 'Set Up');
  const notification = await vscode.waitForNotification('Python not found on PATH');
  assert.ok((await vscode.buttons(notification)).includes('Try Again'));
});

step('an old Python is reported with its version', async (vscode) => {
  python("echo 'aloop-python 3 8 True'");
  await vscode.press('Python not found on PATH', 'Try Again');
  await vscode.waitForNotification('Python 3.8 (');
});

step('without venv, the Debian package is named', async (vscode) => {
  python(
    'case "$3" in *) [ "$2" = -c ] && echo \'aloop-python 3 11 True\' && exit; ' +
      "echo 'The virtual environment was not created successfully because ensurepip is not'; " +
      "echo 'available.'; exit 1; esac",
  );
  await vscode.press('Python 3.8 (', 'Try Again');
  await vscode.waitForNotification('the module venv is missing');
});

step(
  'a failure of pip is reported, and the environment is removed',
  async (vscode) => {
    python(`exec "${process.env.ALOOP_PYTHON}" "$@"`);
    const configuration = path.join(vscode.home, '.config/pip/pip.conf');
    fs.mkdirSync(path.dirname(configuration), { recursive: true });
    fs.writeFileSync(configuration, '[install]\nconstraint = /nowhere\n');
    await vscode.press('the module venv is missing', 'Try Again');
    await vscode.waitForNotification('pip could not install the server', 120_000);
    assert.deepEqual(environments(vscode), []);
    fs.rmSync(configuration);
  },
  150_000,
);

step(
  'with Python, a command installs the server after one question, and continues',
  async (vscode) => {
    fs.rmSync(path.join(programs, 'python3'));
    fs.symlinkSync(process.env.ALOOP_PYTHON, path.join(programs, 'python3'));
    await vscode.page.close();
    await vscode.openWindow();
    // While VS Code's own walkthrough is active, the command for another walkthrough does nothing.
    await vscode.page.locator('.getting-started-step').first().waitFor();
    await vscode.page.locator('.tab.active').getByRole('button', { name: 'Close' }).click();
    await vscode.page.locator('.getting-started-step').first().waitFor({ state: 'hidden' });
    await vscode.palette('Welcome: Open Walkthrough...');
    await vscode.fill('Get Started with aloop models');
    await vscode.pick('Get Started with aloop models');
    await walkThroughStep(vscode, 'Add a model', false).waitFor();
    const picture = vscode.page.getByAltText('The list of a provider’s models, with context windows and prices');
    await until(() => picture.evaluate(({ naturalWidth }) => naturalWidth > 0));
    await vscode.palette('aloop: Add Model…');
    await vscode.page
      .locator('.monaco-dialog-box')
      .filter({ hasText: 'aloop needs its language server. Set it up now? (about 10 s)' })
      .waitFor();
    await vscode.screenshot('setup-question');
    await vscode.confirm('Set Up');
    await vscode.waitForNotification('Installing the server');
    await vscode.page.getByPlaceholder('Type a provider or a model').waitFor({ timeout: 150_000 });
    await vscode.page.keyboard.press('Escape');
    await vscode.statusItem('GPT-4o (next agent)').waitFor();
    assert.equal(environments(vscode).length, 1);
  },
  300_000,
);

step('the walkthrough checks off what is done', async (vscode) => {
  await walkThroughStep(vscode, 'Add a model', true).waitFor();
  await walkThroughStep(vscode, 'Start an agent', false).waitFor();
});

step('editing and commands work', async (vscode) => {
  await vscode.open('.aloop/models.yaml');
  assert.match(await vscode.problem('unknown-provider'), /openai/);
  await vscode.palette('aloop: Switch Model…');
  await vscode.pick('Local Llama');
  await vscode.statusItem('Local Llama (next agent)').waitFor();
  await vscode.palette('aloop: Why This Model?');
  await vscode
    .webview()
    .getByText(/installed by the extension/)
    .waitFor();
});

step('the packages of the agent are offered', async (vscode) => {
  await vscode.palette('aloop: Start Agent in Terminal');
  const notification = await vscode.waitForNotification('The agent needs packages that are not installed');
  assert.ok((await vscode.buttons(notification)).includes('Install'));
});

step('another window uses the same environment without a question', async (vscode) => {
  await vscode.openWindow();
  await vscode.statusItem('GPT-4o (next agent)').waitFor();
  assert.equal(await vscode.notification('is not installed').count(), 0);
  assert.equal(environments(vscode).length, 1);
});

function walkThroughStep(vscode, title, isDone) {
  return vscode.page
    .locator('.getting-started-step')
    .filter({ hasText: title })
    .getByRole('checkbox', { checked: isDone });
}

/** Puts a shell script with the given lines on PATH as `python3`. */
function python(lines) {
  const file = path.join(programs, 'python3');
  fs.writeFileSync(file, `#!/bin/sh\n${lines}\n`);
  fs.chmodSync(file, 0o755);
}

function environments(vscode) {
  const storage = path.join(vscode.profile, 'User/globalStorage/aloop.aloop-models');
  return fs.existsSync(storage) ? fs.readdirSync(storage).filter((name) => name.startsWith('server-')) : [];
}
