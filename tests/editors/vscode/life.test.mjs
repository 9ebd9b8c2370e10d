// Starting and restarting the server, and the messages if it does not start or crashes.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { processesOf, story, until } from './vscode.mjs';

const workspace = process.env.ALOOP_WORKSPACE;
const programs = process.env.ALOOP_PROGRAMS;
const server = path.join(workspace, '.venv/bin/aloop-ls');
const file = path.join(workspace, '.vscode/settings.json');

const step = story(() => ({
  extension: process.env.ALOOP_VSIX,
  workspace,
  settings: { 'aloop.server.logLevel': 'info' },
}));

/** Writes the settings of the workspace; the story has to wait for their effect. */
function settings(values) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, JSON.stringify(values));
}

/** Creates a shell script that replaces the server. */
function program(name, lines) {
  const made = path.join(programs, name);
  fs.writeFileSync(made, `#!/bin/sh\n${lines}\n`, { mode: 0o755 });
  return made;
}

async function serverAfter(pid) {
  await until(() => processesOf(server).some((found) => found !== pid) && !processesOf(server).includes(pid));
  return processesOf(server)[0];
}

step('other settings do not restart the server', async (vscode) => {
  await vscode.statusItem('GPT-4o (next agent)').waitFor();
  await vscode.open('.aloop/models.yaml');
  await vscode.page.locator('.codelens-decoration').first().waitFor();
  const [pid] = processesOf(server);
  settings({ 'aloop.codeLens.enable': false, 'editor.tabSize': 3 });
  await vscode.page.locator('.codelens-decoration').first().waitFor({ state: 'detached' });
  assert.deepEqual(processesOf(server), [pid]);
});

step('the log level and another path restart it', async (vscode) => {
  const [first] = processesOf(server);
  settings({ 'aloop.server.logLevel': 'debug' });
  const second = await serverAfter(first);
  assert.match(fs.readFileSync(`/proc/${second}/cmdline`, 'utf8'), /--log-level\0debug/);
  const other = program('other', `exec ${server} "$@"`);
  settings({ 'aloop.server.logLevel': 'debug', 'aloop.server.path': other });
  await serverAfter(second);
  await vscode.outputUntil('aloop models', /other \(from setting\)/);
  await vscode.statusItem('GPT-4o (next agent)').waitFor();
});

step('a path to the same program does not restart it', async (vscode) => {
  settings({ 'aloop.server.logLevel': 'debug' });
  await vscode.outputUntil('aloop models', /other \(from setting\)[\s\S]*aloop-ls \(from workspace\)/);
  await vscode.statusItem('GPT-4o (next agent)').waitFor();
  // An answer means that the client runs and receives changed settings.
  await vscode.palette('aloop: Reload Models File');
  await vscode.waitForNotification(/Loaded \d+ models? from/);
  const [pid] = processesOf(server);
  settings({ 'aloop.server.logLevel': 'debug', 'aloop.server.path': server, 'aloop.trace.server': 'messages' });
  // The trace starts with the first message after the setting has arrived, at an unknown time.
  await until(
    async () => {
      await vscode.palette('aloop: Reload Models File');
      return /Sending (notification|request) '/.test(vscode.output('aloop models'));
    },
    () => vscode.output('aloop models'),
  );
  assert.deepEqual(processesOf(server), [pid]);
});

step('after three crashes it is restarted; after the fourth the user is asked', async (vscode) => {
  // A process that the previous server was just starting can outlive it for a moment.
  const kill = () => {
    const [pid] = processesOf(server);
    process.kill(pid, 'SIGKILL');
    return pid;
  };
  for (let time = 1; time <= 3; time++) {
    await serverAfter(kill());
    // The status bar may still show the state of the previous server.
    await vscode.outputUntil(
      'aloop models',
      new RegExp(`(SIGKILL[\\s\\S]*Received notification 'aloop/modelsChanged'[\\s\\S]*){${time}}`),
    );
    await vscode.statusItem('GPT-4o (next agent)').waitFor();
  }
  kill();
  const notification = await vscode.waitForNotification('The aloop server crashed 4 times in the last 3 minutes.');
  assert.deepEqual(await vscode.buttons(notification), ['Restart Server', 'Show Log']);
  assert.deepEqual(processesOf(server), []);
  await vscode.hover(vscode.statusItem('aloop'), 'Click to restart the server.');
});

step('a click in the status bar starts it again', async (vscode) => {
  await vscode.statusItem('aloop').click();
  await vscode.statusItem('GPT-4o (next agent)').waitFor();
  assert.equal(processesOf(server).length, 1);
});

step('a program that ends immediately is reported, and its output is in the log', async (vscode) => {
  settings({ 'aloop.server.path': program('broken', 'echo "No module named pygls" >&2; exit 1') });
  const notification = await vscode.waitForNotification(
    /The aloop server did not start \(.*broken\)\. See the log for details\./,
  );
  assert.deepEqual(await vscode.buttons(notification), ['Try Again', 'Show Log']);
  await vscode.outputUntil('aloop models', /No module named pygls/);
});

step(
  'a server that does not answer is killed',
  async (vscode) => {
    await vscode.palette('Notifications: Clear All Notifications');
    const silent = program('silent', 'exec sleep 86399');
    settings({ 'aloop.server.path': silent });
    await vscode.statusItem('aloop').waitFor();
    await vscode.waitForNotification(/The aloop server did not start \(.*silent\)/, 90_000);
    await vscode.outputUntil('aloop models', /did not answer within 30 seconds/);
    assert.deepEqual(processesOf('86399'), []);
  },
  150_000,
);

step('without the settings, the first server runs again', async (vscode) => {
  settings({});
  await vscode.statusItem('GPT-4o (next agent)').waitFor();
  assert.equal(processesOf(server).length, 1);
});

const models = path.join(workspace, '.aloop/models.yaml');
const valid = fs.readFileSync(models, 'utf8');
/** Removes the closing quotation mark in line 3, as another program would. */
const damage = (vscode) => vscode.writtenByAnother(models, valid.replace('name: GPT-4o', 'name: "GPT-4o'));
const warningItem = (vscode, text) =>
  vscode.page.locator('.statusbar-item.warning-kind').getByText(text, { exact: true });

step(
  'if another program makes the file invalid, the status items show the line, and a click goes there',
  async (vscode) => {
    damage(vscode);
    const item = warningItem(vscode, 'GPT-4o (next agent)');
    await item.waitFor();
    await vscode.hover(item, 'models.yaml is not valid YAML (line 3). The last valid version is in use.');
    await item.click();
    await vscode.statusItem('Ln 3, Col 1').waitFor();
    await vscode.page.locator('[id="status.languageStatus"]').hover();
    const hover = vscode.page.locator('.hover-language-status');
    await hover
      .filter({ hasText: 'Not valid (line 3)' })
      .filter({ hasText: 'The last valid version is in use.' })
      .first()
      .waitFor();
    await hover.getByText('Go to Line 3').waitFor();
    await vscode.palette('aloop: Why This Model?');
    await vscode
      .webview()
      .getByText('models.yaml is not valid YAML (line 3). The last valid version is in use.')
      .waitFor();
    await vscode.palette('View: Close Editor');
  },
);

step('the status items follow when the file is fixed', async (vscode) => {
  vscode.writtenByAnother(models, valid);
  await warningItem(vscode, 'GPT-4o (next agent)').waitFor({ state: 'detached' });
  await vscode.statusItem('GPT-4o (next agent)').waitFor();
  await vscode.page.locator('[id="status.languageStatus"]').hover();
  await vscode.page.locator('.hover-language-status').filter({ hasText: 'In use in this window' }).first().waitFor();
});

step('a file that is not valid when the server starts is not called empty', async (vscode) => {
  damage(vscode);
  await warningItem(vscode, 'GPT-4o (next agent)').waitFor();
  await vscode.palette('aloop: Restart Server');
  await warningItem(vscode, 'models.yaml: line 3').waitFor();
  await vscode.palette('aloop: Switch Model…');
  await vscode.press('models.yaml is not valid YAML (line 3). Fix it to list its models.', 'Open models.yaml');
  await vscode.statusItem('Ln 3, Col 1').waitFor();
  vscode.writtenByAnother(models, valid);
  await warningItem(vscode, 'models.yaml: line 3').waitFor({ state: 'detached' });
  await vscode.statusItem('GPT-4o (next agent)').waitFor();
});
