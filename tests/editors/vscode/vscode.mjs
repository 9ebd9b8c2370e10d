// Drives a real VS Code (code-server in headless Chromium) as a person would: palette, pick lists, Problems, status
// bar. Everything waits for what should appear; nothing sleeps.

import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

const EDITORS = process.env.ALOOP_EDITORS;
const CODE_SERVER = path.join(EDITORS, 'node_modules/code-server/out/node/entry.js');
const { chromium } = createRequire(path.join(EDITORS, 'package.json'))('playwright-core');

/**
 * A person's VS Code as it is after its installation: every setting has its default value. The exceptions are what this
 * machine does not have. A story that needs another value passes it in `settings` and says why.
 */
const SETTINGS = {
  // No network: the marketplace, the update server and the experiment service cannot be reached.
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'update.mode': 'none',
  'workbench.enableExperiments': false,
  'telemetry.telemetryLevel': 'off',
  // No graphics card: a terminal is drawn as text, which the tests read.
  'terminal.integrated.gpuAcceleration': 'off',
};
const LIMIT_MS = Number(process.env.ALOOP_PATIENCE || 30_000);
/** What is not on screen after so long is looked for anew: VS Code shows no fourth notification within 800 ms. */
const AGAIN_MS = 5000;

/**
 * A VS Code of its own: empty profile and home, only the given extensions (.vsix or folders), one window on
 * `workspace`. As by default, VS Code asks whether a folder is trusted; the answer is yes, unless `trust` is false:
 * then the story answers. `payload`: what the window is told at its start.
 */
export async function startVSCode({
  extensions = [],
  workspace,
  settings = {},
  keybindings = [],
  environment = {},
  trust = true,
  payload,
  functions = {},
}) {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'aloop-vscode-'));
  const profile = path.join(home, 'profile');
  fs.mkdirSync(path.join(profile, 'User'), { recursive: true });
  fs.writeFileSync(path.join(profile, 'User/settings.json'), JSON.stringify({ ...SETTINGS, ...settings }));
  fs.writeFileSync(path.join(profile, 'User/keybindings.json'), JSON.stringify(keybindings));
  fs.writeFileSync(path.join(home, 'config.yaml'), '');
  // With VSCODE_CLI the PATH stays as it is; else a login shell would put the system's in its place.
  const env = { ...process.env, HOME: home, SHELL: '/bin/bash', VSCODE_CLI: '1', ...environment };
  const common = [
    CODE_SERVER,
    '--config',
    path.join(home, 'config.yaml'),
    '--user-data-dir',
    profile,
    '--extensions-dir',
    path.join(home, 'extensions'),
  ];

  for (const extension of extensions) {
    const installed = spawnSync(process.execPath, [...common, '--install-extension', extension], {
      env,
      encoding: 'utf8',
    });
    if (installed.status !== 0) {
      throw new Error(`${extension} could not be installed:\n${installed.stdout}${installed.stderr}`);
    }
  }
  const port = await freePort();
  const log = path.join(home, 'code-server.log');
  const output = fs.openSync(log, 'w');
  const server = spawn(
    process.execPath,
    [
      ...common,
      '--bind-addr',
      `127.0.0.1:${port}`,
      '--auth',
      'none',
      '--disable-telemetry',
      '--disable-update-check',
      '--disable-getting-started-override',
      '--ignore-last-opened',
    ],
    { env, stdio: ['ignore', output, output], detached: true },
  );
  const stopServer = () => {
    try {
      process.kill(-server.pid, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  };
  process.once('exit', stopServer);
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.once(signal, () => process.exit(1));
  }
  await untilHealthy(`http://127.0.0.1:${port}/healthz`, log);
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
  const close = async () => {
    await browser.close();
    stopServer();
    // What runs in a terminal ends a moment after it, and may write until then.
    await until(() => removed(home));
  };
  const vscode = new VSCode({ browser, port, home, profile, close, workspace, trust });
  try {
    await vscode.openWindow({ payload: payload?.(`127.0.0.1:${port}`), functions });
  } catch (error) {
    // Else the programs would keep Node from its end.
    await close();
    throw error;
  }
  return vscode;
}

/** Terminals need a native module, which the installation of the editors compiles. */
export const HAS_TERMINALS = fs.existsSync(
  path.join(EDITORS, 'node_modules/code-server/lib/vscode/node_modules/node-pty/build/Release/pty.node'),
);

/**
 * A VS Code for a whole file of tests, and the steps of its story in order: after one that fails the rest is skipped.
 */
export function story(options) {
  const started = {};
  let failed = false;
  before(async () => {
    started.vscode = await startVSCode(await options());
  });
  after(() => started.vscode?.close());
  return (name, run, timeout = 3 * LIMIT_MS) =>
    test(name, { timeout }, async (context) => {
      if (failed) {
        context.skip('a step before it failed');
        return;
      }
      try {
        failed = true;
        await run(started.vscode);
        failed = false;
      } finally {
        if (failed) {
          console.log(started.vscode?.output('aloop models').slice(-3000));
        }
        await started.vscode?.screenshot(name.replaceAll(/\W+/g, '-'));
      }
    });
}

class VSCode {
  constructor({ browser, port, home, profile, close, workspace, trust }) {
    Object.assign(this, { browser, port, home, profile, close, workspace, trust });
  }

  /** Opens a window, on a folder unless another query is given; what is done from now on is done there. */
  async openWindow({ payload, functions = {}, ...query } = {}) {
    this.page = await this.browser.newPage({ viewport: { width: 1280, height: 800 } });
    this.page.setDefaultTimeout(LIMIT_MS);
    for (const [name, run] of Object.entries(functions)) {
      await this.page.exposeFunction(name, run);
    }
    const asked = Object.keys(query).length > 0 ? query : { folder: this.workspace };
    const parameters = new URLSearchParams({ ...asked, ...(payload ? { payload: JSON.stringify(payload) } : {}) });
    await this.page.goto(`http://127.0.0.1:${this.port}/?${parameters}`);
    await this.page.waitForSelector('.monaco-workbench .part.statusbar');
    if (this.trust && !('ew' in asked)) {
      await this.confirm(/Yes, I trust the authors/);
    }
    return this.page;
  }

  quickInput = () => this.page.locator('.quick-input-widget:visible');
  rows = () => this.quickInput().locator('.monaco-list-row');
  input = () => this.quickInput().locator('.quick-input-filter input');
  statusItem = (text) => this.page.locator('.statusbar-item').getByText(text, { exact: true });
  notification = (text) =>
    this.page
      .locator('.notification-toast, .notifications-center .notification-list-item')
      .filter({ hasText: text })
      .first();
  editor = () => this.page.locator('.editor-instance .monaco-editor').first();

  /** Runs a palette command by its full title. */
  async palette(title) {
    // The first row may be a command of a like name.
    const row = this.rows().filter({ hasText: title }).first();
    const hasRun = async () => {
      await this.page.keyboard.press('F1');
      await this.input().waitFor({ timeout: AGAIN_MS });
      await this.input().fill(`>${title}`, { timeout: AGAIN_MS });
      await row.click({ timeout: AGAIN_MS });
      return true;
    };
    const end = Date.now() + LIMIT_MS;
    // A list that was opened before an extension was there stays without its commands; and one closes when a file
    // opens.
    while (!(await hasRun().catch(() => false))) {
      if (Date.now() > end) {
        throw new Error(`The palette does not offer ${title}.`);
      }
      await this.page.keyboard.press('Escape');
    }
  }

  /** Opens a file of the workspace by its path. */
  async open(file) {
    const name = path.basename(file);
    await this.page.keyboard.press('Control+P');
    await this.fill(file);
    // The list shows what was open last until it has searched: the first row may be another file.
    await this.quickInput().locator('.monaco-list-row.focused').filter({ hasText: name }).waitFor();
    await this.page.keyboard.press('Enter');
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
    await this.page.locator('.monaco-editor .view-lines').first().waitFor();
  }

  /** Puts the cursor at a place that counts from 1, or at the end of a line. */
  async goTo(line, column) {
    await this.page.keyboard.press('Control+G');
    await this.fill(`:${line}:${column ?? 1}`);
    await this.page.keyboard.press('Enter');
    await this.quickInput().waitFor({ state: 'hidden' });
    if (column === undefined) {
      await this.page.keyboard.press('End');
    }
  }

  async fill(text) {
    await this.input().waitFor();
    await this.input().fill(text);
  }

  /** Types into the box on screen once its title or question holds `question`. */
  async answerBox(question, text) {
    await this.quickInput().filter({ hasText: question }).waitFor();
    await this.fill(text);
  }

  /** The same, and Enter. */
  async answer(question, text) {
    await this.answerBox(question, text);
    await this.page.keyboard.press('Enter');
  }

  /** The accessible texts of the pick list on screen. */
  async pickList() {
    await this.rows().first().waitFor();
    return this.rows().evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label')));
  }

  async pick(label) {
    await this.rows().filter({ hasText: label }).first().click();
  }

  /** The notification that holds `text`; one that VS Code has put away, or never showed, is brought back. */
  async told(text, limit = LIMIT_MS) {
    const found = this.notification(text);
    const isShown = () =>
      found.waitFor({ timeout: AGAIN_MS }).then(
        () => true,
        () => false,
      );
    const end = Date.now() + limit;
    while (!(await isShown())) {
      if (Date.now() > end) {
        const present = await this.page.locator('.notification-list-item').allInnerTexts();
        throw new Error(`No notification says ${text}. There are:\n${present}`);
      }
      await this.page.keyboard.press('Control+K');
      await this.page.keyboard.press('Control+Shift+N');
    }
    return found;
  }

  /** What the buttons of a notification say, from left to right. */
  async buttons(notification) {
    return notification.locator('.monaco-button.monaco-text-button').allInnerTexts();
  }

  /** Presses a button of a notification. */
  async press(text, button) {
    await (await this.told(text)).getByRole('button', { name: button, exact: true }).click();
  }

  /** Presses a button of the dialog on screen. */
  async confirm(button) {
    await this.page.locator('.monaco-dialog-box').getByRole('button', { name: button, exact: true }).click();
  }

  /**
   * The quick fix of that title, offered at the cursor; asked for again while the problem is not known to VS Code yet.
   */
  async quickFix(title) {
    const row = this.page.locator('.action-widget .monaco-list-row').filter({ hasText: title });
    const end = Date.now() + LIMIT_MS;
    do {
      await this.page.keyboard.press('Escape');
      await this.page.keyboard.press('Control+.');
    } while (
      !(await row.waitFor({ timeout: AGAIN_MS }).then(
        () => true,
        () => false,
      )) &&
      Date.now() < end
    );
    return row;
  }

  suggestWidget = () => this.page.locator('.suggest-widget.visible');
  suggestions = () => this.suggestWidget().locator('.monaco-list-row');

  /** The label of the suggestion that Enter takes, if it is the first row. */
  async firstSuggestion() {
    const row = this.suggestWidget().locator('.monaco-list-row.focused[data-index="0"] .label-name');
    return (await row.count()) === 1 ? row.innerText() : undefined;
  }

  /**
   * Everything that Ctrl+Space offers at the cursor, each row as it is read aloud, or the one message where there is
   * none.
   */
  async suggest() {
    await this.page.keyboard.press('Control+Space');
    const message = this.suggestWidget().locator('.message:visible');
    await this.suggestions()
      .or(message.filter({ hasText: 'No suggestions' }))
      .first()
      .waitFor();
    const found = [];
    if (await this.suggestions().count()) {
      const focused = this.suggestWidget().locator('.monaco-list-row.focused');
      const isLast = async () =>
        Number(await focused.getAttribute('data-index')) + 1 === Number(await focused.getAttribute('aria-setsize'));
      // Only the rows on screen exist.
      for (;;) {
        found.push(
          ...(await this.suggestions().evaluateAll((rows) =>
            rows.map((row) => `${row.getAttribute('aria-label')} ${row.textContent}`),
          )),
        );
        if (await isLast()) {
          break;
        }
        const before = await focused.getAttribute('data-index');
        await this.page.keyboard.press('PageDown');
        await until(async () => (await focused.getAttribute('data-index')) !== before);
      }
    } else {
      found.push(await message.innerText());
    }
    await this.page.keyboard.press('Escape');
    await this.suggestWidget().waitFor({ state: 'detached' });
    return [...new Set(found)];
  }

  /**
   * Another program writes a file in one step: VS Code would take the time of half a file for that of the whole, and
   * refuse to save.
   */
  writtenByAnother(file, text) {
    const whole = path.join(this.home, 'whole');
    fs.writeFileSync(whole, text, { mode: 0o600 });
    fs.renameSync(whole, file);
  }

  /** Another program writes the file that is open; the cursor is then at its end. */
  async atEndOf(file, text) {
    // By its first line the text is told from the one before.
    this.texts = (this.texts ?? 0) + 1;
    const first = `# Text ${this.texts}`;
    const end = Date.now() + LIMIT_MS;
    const isShown = () =>
      until(
        async () => (await this.text()).startsWith(`${first}\n`),
        () => this.text(),
        AGAIN_MS,
      );
    // What is written between the end of VS Code's own save and its look at the time of the file, VS Code takes for its
    // own.
    do {
      this.writtenByAnother(file, `${first}\n${text}`);
    } while (
      !(await isShown().then(
        () => true,
        () => false,
      )) &&
      Date.now() < end
    );
    await isShown();
    await this.page.keyboard.press('Control+End');
  }

  /** The text on screen of the editor's lines. */
  async text() {
    const lines = await this.editor()
      .locator('.view-line')
      .evaluateAll((found) =>
        found
          .sort((one, other) => one.offsetTop - other.offsetTop)
          .map((line) => line.textContent.replace(/\u00a0/g, ' ')),
      );
    return lines.join('\n');
  }

  /** The same without what a decoration hides. */
  async visibleText() {
    return (await this.editor().locator('.view-line').allInnerTexts()).join('\n');
  }

  /** Waits until the editor on screen shows, or no longer shows, a text. */
  async untilText(holds) {
    await until(
      async () => holds(await this.text()),
      () => this.text(),
    );
  }

  /** The row of the Problems view that holds `text`. */
  async problem(text) {
    if (!(await this.page.locator('.markers-panel').isVisible())) {
      await this.palette('Problems: Focus on Problems View');
    }
    const row = this.page.locator('.markers-panel .monaco-list-row').filter({ hasText: text }).first();
    await row.waitFor();
    return row.textContent();
  }

  /** Types a line into the terminal on screen. */
  async typeInTerminal(line) {
    await this.page.locator('.terminal-wrapper.active .xterm-helper-textarea').focus();
    await this.page.keyboard.type(line);
    await this.page.keyboard.press('Enter');
  }

  /** Waits until the terminal on screen shows `pattern`. */
  async terminalUntil(pattern) {
    const text = async () =>
      (await this.page.locator('.terminal-wrapper.active .xterm-rows > div').allInnerTexts())
        .join('\n')
        .replace(/\u00a0/g, ' ');
    await until(async () => pattern.test(await text()), text);
  }

  /** What stands in an output channel, once it has `pattern`. */
  async outputUntil(channel, pattern) {
    await until(
      () => pattern.test(this.output(channel)),
      () => this.output(channel),
    );
    return this.output(channel);
  }

  output(channel) {
    const logs = fs.readdirSync(this.profile, { recursive: true }).filter((file) => file.endsWith(`-${channel}.log`));
    return logs.map((file) => fs.readFileSync(path.join(this.profile, file), 'utf8')).join('');
  }

  /** A picture for a person who wants to see why a test failed, or how it looks. */
  async screenshot(name) {
    if (process.env.ALOOP_SCREENSHOTS) {
      await this.page.screenshot({ path: path.join(process.env.ALOOP_SCREENSHOTS, `${name}.png`) });
    }
  }

  /** A picture for the documentation, where those are being renewed. */
  async picture(name, clip = { x: 0, y: 0, width: 1280, height: 800 }) {
    if (process.env.ALOOP_PICTURES) {
      await this.page.mouse.move(1, 799);
      await this.page.screenshot({ path: path.join(process.env.ALOOP_PICTURES, `${name}.png`), clip });
    }
  }
}

/** Asks again and again; `shown` tells what there was instead, when the time is over. */
export async function until(holds, shown = () => '', limit = LIMIT_MS) {
  const end = Date.now() + limit;
  while (!(await holds())) {
    if (Date.now() > end) {
      throw new Error(`It did not come to pass. There is:\n${await shown()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The processes that run a program, by their numbers, from oldest to newest. */
export function processesOf(program) {
  const numbers = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return numbers.map(Number).filter((pid) => {
    try {
      return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(program);
    } catch {
      return false;
    }
  });
}

function removed(folder) {
  try {
    fs.rmSync(folder, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}

function freePort() {
  return new Promise((resolve) => {
    const socket = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

async function untilHealthy(url, log) {
  await until(
    async () => (await fetch(url).catch(() => undefined))?.ok,
    () => fs.readFileSync(log, 'utf8'),
    20_000,
  );
}
