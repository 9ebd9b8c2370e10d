// Drives a real VS Code (code-server in headless Chromium) as a user would: palette, pick lists, Problems view, status
// bar. Every step waits for what it expects; nothing sleeps.

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
 * The default settings of VS Code, except for what this machine does not have. A story that needs another value passes
 * it in `settings` and says why.
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
/** The color themes of pictures: the class of the workbench, and what the browser reports about its user. */
const THEMES = {
  light: { workbench: 'vs', media: { colorScheme: 'light', forcedColors: 'none' } },
  dark: { workbench: 'vs-dark', media: { colorScheme: 'dark', forcedColors: 'none' } },
  'high-contrast': { workbench: 'hc-black', media: { colorScheme: 'dark', forcedColors: 'active' } },
};
/** The folder where pictures are saved, in every theme and in high resolution. */
const PICTURES = process.env.ALOOP_PICTURES;
const LIMIT_MS = Number(process.env.ALOOP_PATIENCE || 30_000);
/** After this time, a missing element is requested again: VS Code shows no fourth notification within 800 ms. */
export const AGAIN_MS = 5000;
/** For this time, nothing may change on a picture of the documentation. */
const STILL_MS = 700;

/**
 * Starts VS Code with an empty profile and home, the given extension (a .vsix) and one window on `workspace`.
 * VS Code asks whether the folder is trusted; the answer is yes, or up to the story if `trust` is false. `payload` is
 * passed to the window.
 */
export async function startVSCode({
  extension,
  workspace,
  settings = {},
  keybindings = [],
  environment = {},
  trust = true,
  payload,
  functions = {},
  viewport = { width: 1280, height: 800 },
}) {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'aloop-vscode-'));
  const profile = path.join(home, 'profile');
  fs.mkdirSync(path.join(profile, 'User'), { recursive: true });
  fs.writeFileSync(path.join(profile, 'User/settings.json'), JSON.stringify({ ...SETTINGS, ...settings }));
  fs.writeFileSync(path.join(profile, 'User/keybindings.json'), JSON.stringify(keybindings));
  fs.writeFileSync(path.join(home, 'config.yaml'), '');
  // VSCODE_CLI keeps the PATH; otherwise a login shell would replace it.
  const env = { ...process.env, HOME: home, SHELL: '/bin/bash', VSCODE_CLI: '1', ...environment };
  const common = [
    CODE_SERVER,
    '--config',
    path.join(home, 'config.yaml'),
    '--user-data-dir',
    profile,
    '--extensions-dir',
    extension ? `${extension}.installed` : path.join(home, 'extensions'),
  ];

  // Installed once for all stories of a test run: it takes seconds.
  if (extension && !fs.existsSync(`${extension}.installed`)) {
    const installed = spawnSync(process.execPath, [...common, '--install-extension', extension], {
      env,
      encoding: 'utf8',
    });
    if (installed.status !== 0) {
      fs.rmSync(`${extension}.installed`, { recursive: true, force: true });
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
      // The process has already ended.
    }
  };
  process.once('exit', stopServer);
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.once(signal, () => process.exit(1));
  }
  await untilHealthy(`http://127.0.0.1:${port}/healthz`, log);
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium-headless-shell',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
  const close = async () => {
    await browser.close();
    stopServer();
    // Programs in a terminal end a moment after it, and may still write files.
    await until(() => removed(home));
  };
  const vscode = new VSCode({ browser, port, home, profile, close, workspace, trust, viewport });
  try {
    await vscode.openWindow({ payload: payload?.(`127.0.0.1:${port}`), functions });
  } catch (error) {
    // The programs would keep Node running.
    await close();
    throw error;
  }
  return vscode;
}

/** Terminals need a native module, which the installation of the editors compiles. */
export const HAS_TERMINALS = fs.existsSync(
  path.join(EDITORS, 'node_modules/code-server/lib/vscode/node_modules/node-pty/build/Release/pty.node'),
);

/** Starts VS Code for a file of tests. Its steps run in order; after a failure, the others are skipped. */
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
          console.log(await started.vscode?.screenText().catch(String));
        }
        await started.vscode?.screenshot(name.replaceAll(/\W+/g, '-'));
      }
    });
}

class VSCode {
  constructor({ browser, port, home, profile, close, workspace, trust, viewport }) {
    Object.assign(this, { browser, port, home, profile, close, workspace, trust, viewport });
  }

  /** Opens a window on the workspace or on another query; the next steps use this window. */
  async openWindow({ payload, functions = {}, ...query } = {}) {
    this.page = await this.browser.newPage({
      viewport: this.viewport,
      colorScheme: 'dark',
      deviceScaleFactor: PICTURES ? 2 : 1,
      // Compression would only take time: the server is on this machine.
      extraHTTPHeaders: { 'Accept-Encoding': 'identity' },
    });
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
  /** The rendered page in the active tab. */
  webview = () => this.page.frameLocator('iframe.webview.ready:visible').frameLocator('#active-frame');

  /** The rows of the palette with a command; `aloop: …` means a command of the extension, in any of its categories. */
  commandRows(title) {
    const own = /^aloop: (.*)$/.exec(title)?.[1].replace(/[.?]/g, '\\$&');
    return this.rows().filter({ hasText: own === undefined ? title : new RegExp(`aloop \\([^)]+\\): ${own}`) });
  }

  /** Runs a palette command by its full title. */
  async palette(title) {
    // The first row may be another command with a similar name.
    const row = this.commandRows(title).first();
    const hasRun = async () => {
      await this.page.keyboard.press('F1');
      await this.input().waitFor({ timeout: AGAIN_MS });
      // Typed text would go into the editor if a file that is just opening took the focus.
      await this.input().evaluate(setText, `>${title}`, { timeout: AGAIN_MS });
      await row.click({ timeout: AGAIN_MS });
      return true;
    };
    const end = Date.now() + LIMIT_MS;
    // A list that was opened before the extension was active lacks its commands, and a list closes when a file opens.
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
    const label = this.page.locator('.label-name', { hasText: new RegExp(`^${name.replaceAll('.', '\\.')}$`) });
    const row = this.quickInput().locator('.monaco-list-row.focused').filter({ has: label });
    const isOpen = async () => {
      await this.page.keyboard.press('Control+P');
      await this.input().fill(file, { timeout: AGAIN_MS });
      // Before the search, the list shows recent files: the first row may be another file.
      await row.waitFor({ timeout: AGAIN_MS });
      await this.page.keyboard.press('Enter');
      await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor({ timeout: AGAIN_MS });
      await this.page.locator('.editor-instance .view-lines:visible').first().waitFor({ timeout: AGAIN_MS });
      return true;
    };
    // The list closes when another part of the window takes the focus, as a walkthrough does when a step is done.
    await until(() => isOpen().catch(() => this.page.keyboard.press('Escape')));
  }

  /** Moves the cursor to a 1-based position, or to the end of a line. */
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

  /** Types into the input box once its title or prompt contains `question`. */
  async answerBox(question, text) {
    await this.quickInput().filter({ hasText: question }).waitFor();
    await this.fill(text);
  }

  /** Types into the input box and presses Enter. */
  async answer(question, text) {
    await this.answerBox(question, text);
    await this.page.keyboard.press('Enter');
  }

  /** The accessible texts of the pick list. */
  async pickList() {
    await this.rows().first().waitFor();
    return this.rows().evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label')));
  }

  async pick(label) {
    await this.rows().filter({ hasText: label }).first().click();
  }

  /** Waits for a notification that contains `text`, and shows hidden notifications again. */
  async waitForNotification(text, limit = LIMIT_MS) {
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
        throw new Error(`No notification contains ${text}. Actual:\n${present}`);
      }
      await this.page.keyboard.press('Control+K');
      await this.page.keyboard.press('Control+Shift+N');
    }
    return found;
  }

  /** The labels of the buttons of a notification, from left to right. */
  async buttons(notification) {
    return notification.locator('.monaco-button.monaco-text-button').allInnerTexts();
  }

  /** Presses a button of a notification. */
  async press(text, button) {
    await (await this.waitForNotification(text)).getByRole('button', { name: button, exact: true }).click();
  }

  /** Presses a button of the dialog on screen. */
  async confirm(button) {
    await this.page.locator('.monaco-dialog-box').getByRole('button', { name: button, exact: true }).click();
  }

  /** Waits for the quick fix with a title at the cursor; requests it again until VS Code knows the problem. */
  async quickFix(title) {
    const row = this.page.locator('.action-widget .monaco-list-row').filter({ hasText: title });
    await untilVisible(row, async () => {
      await this.page.keyboard.press('Escape');
      await this.page.keyboard.press('Control+.');
    });
    return row;
  }

  /** The hover of an element with a text; the pointer enters the element again until VS Code shows it. */
  async hover(element, text) {
    const shown = this.page.locator('.monaco-hover').filter({ hasText: text, visible: true }).first();
    await untilVisible(shown, async () => {
      await this.page.mouse.move(0, 0);
      await element.hover({ force: true });
    });
    return shown;
  }

  suggestWidget = () => this.page.locator('.suggest-widget.visible');
  suggestions = () => this.suggestWidget().locator('.monaco-list-row');

  /** The label of the suggestion that Enter accepts, if it is the first row. */
  async firstSuggestion() {
    const row = this.suggestWidget().locator('.monaco-list-row.focused[data-index="0"] .label-name');
    return (await row.count()) === 1 ? row.innerText() : undefined;
  }

  /** All suggestions of Ctrl+Space at the cursor with their accessible texts, or the message if there are none. */
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
   * Replaces a file in one step, as another program would: VS Code would remember the time of an incomplete file and
   * refuse to save.
   */
  writtenByAnother(file, text) {
    const whole = path.join(this.home, 'whole');
    fs.writeFileSync(whole, text, { mode: 0o600 });
    fs.renameSync(whole, file);
  }

  /** Replaces a file that is open, as another program would, until the editor shows what `isShown` looks for. */
  async replacedByAnother(file, text, isShown) {
    let again = 0;
    await until(
      () => {
        // VS Code mistakes a change right after its own save for its own change.
        if (Date.now() > again) {
          this.writtenByAnother(file, text);
          again = Date.now() + AGAIN_MS;
        }
        return isShown();
      },
      () => this.text(),
    );
  }

  /** Replaces the open file as another program would, and moves the cursor to its end. */
  async atEndOf(file, text) {
    // The first line distinguishes the text from the previous one.
    this.texts = (this.texts ?? 0) + 1;
    const first = `# Text ${this.texts}`;
    await this.replacedByAnother(file, `${first}\n${text}`, async () => (await this.text()).startsWith(`${first}\n`));
    // A cursor that is at the end already would not move, and its line would stay hidden.
    await this.page.keyboard.press('Control+Home');
    await this.page.keyboard.press('Control+End');
  }

  /** The parts of the window that explain why a step waits; what is in an input box is not among them. */
  async screenText() {
    const parts = [
      '.monaco-dialog-box',
      '.quick-input-widget:visible',
      '.notification-toast',
      '.part.banner',
      '.explorer-folders-view',
      '.part.statusbar',
    ];
    const texts = await Promise.all(parts.map((part) => this.page.locator(part).allInnerTexts()));
    return parts.map((part, place) => `${part}: ${JSON.stringify(texts[place])}`).join('\n');
  }

  /** The visible lines of the editor. */
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

  /** The visible lines of the editor without text that a decoration hides. */
  async visibleText() {
    return (await this.editor().locator('.view-line').allInnerTexts()).join('\n');
  }

  /** Waits until a condition is true for the visible lines of the editor. */
  async untilText(isTrue) {
    await until(
      async () => isTrue(await this.text()),
      () => this.text(),
    );
  }

  /** The text of the first row of the Problems view that contains `text`. */
  async problem(text) {
    if (!(await this.page.locator('.markers-panel').isVisible())) {
      await this.palette('Problems: Focus on Problems View');
    }
    const row = this.page.locator('.markers-panel .monaco-list-row').filter({ hasText: text }).first();
    await row.waitFor();
    return row.textContent();
  }

  /** Types a line into the active terminal. */
  async typeInTerminal(line) {
    await this.page.locator('.terminal-wrapper.active .xterm-helper-textarea').focus();
    await this.page.keyboard.type(line);
    await this.page.keyboard.press('Enter');
  }

  /** Waits until the active terminal matches `pattern`. */
  async terminalUntil(pattern) {
    const text = async () =>
      (await this.page.locator('.terminal-wrapper.active .xterm-rows > div').allInnerTexts())
        .join('\n')
        .replace(/\u00a0/g, ' ');
    await until(async () => pattern.test(await text()), text);
  }

  /** The text of an output channel once it matches `pattern`. */
  async outputUntil(channel, pattern) {
    await until(
      () => pattern.test(this.output(channel)),
      () => this.output(channel),
    );
    return this.output(channel);
  }

  output(channel) {
    const logs = fs
      .readdirSync(this.profile, { recursive: true })
      .filter((file) => path.basename(file) === `${channel}.log` || file.endsWith(`-${channel}.log`));
    return logs.map((file) => fs.readFileSync(path.join(this.profile, file), 'utf8')).join('');
  }

  /** Saves a picture of the window if `ALOOP_SCREENSHOTS` is set. */
  async screenshot(name) {
    if (process.env.ALOOP_SCREENSHOTS) {
      await this.page.screenshot({ path: path.join(process.env.ALOOP_SCREENSHOTS, `${name}.png`) });
    }
  }

  /** Switches to a theme of `THEMES`; light and dark need the setting `window.autoDetectColorScheme`. */
  async setTheme(name) {
    const { workbench, media } = THEMES[name];
    const other = Object.values(THEMES).find((theme) => theme.workbench !== workbench).media;
    const isApplied = async () => {
      await this.page.emulateMedia(media);
      return this.page
        .locator(`.monaco-workbench.${workbench}`)
        .waitFor({ timeout: AGAIN_MS })
        .then(
          () => true,
          () => false,
        );
    };
    // VS Code misses a change while it loads the theme of the previous one.
    await until(async () => (await isApplied()) || (await this.page.emulateMedia(other)));
    await this.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  }

  /** A screenshot once two in a row are equal: after a change of theme, VS Code asks the server for colors again. */
  async stillScreenshot(clip) {
    let last = await this.page.screenshot({ clip });
    const isStill = async () => {
      await new Promise((resolve) => setTimeout(resolve, STILL_MS));
      const previous = last;
      last = await this.page.screenshot({ clip });
      return previous.equals(last);
    };
    // A blinking cursor changes all the time.
    await until(isStill, () => '', AGAIN_MS).catch(() => undefined);
    return last;
  }

  /** Saves a picture in every theme if `ALOOP_PICTURES` is set, and one that shows light and dark. */
  async picture(name, clip = { x: 0, y: 0, ...this.viewport }) {
    if (!PICTURES) {
      return;
    }
    await this.page.mouse.move(this.viewport.width - 30, 60);
    const shots = [];
    for (const theme of Object.keys(THEMES)) {
      await this.setTheme(theme);
      shots.push((await this.stillScreenshot(clip)).toString('base64'));
    }
    await this.setTheme('dark');
    const page = await this.browser.newPage();
    const composed = await page.evaluate(compose, shots);
    await page.close();
    for (const [at, suffix] of [...Object.keys(THEMES).map((theme) => `-${theme}`), ''].entries()) {
      fs.writeFileSync(path.join(PICTURES, `${name}${suffix}.webp`), Buffer.from(composed[at], 'base64'));
    }
  }
}

/** Writes a page with the pictures of scenes, `[name, description]`, if `ALOOP_PICTURES` is set. */
export function writePicturesPage(scenes) {
  if (!PICTURES) {
    return;
  }
  const row = (name) => Object.keys(THEMES).map((theme) => `<img src="${name}-${theme}.webp" alt="${theme}">`);
  const page = [
    '<!doctype html>',
    '<meta charset="utf-8">',
    '<title>aloop models in VS Code</title>',
    '<style>body { font: 16px sans-serif; margin: 2em } img { width: 840px; max-width: 100%; margin: 4px }</style>',
    ...scenes.flatMap(([name, description]) => [`<h2>${description}</h2>`, ...row(name)]),
  ];
  fs.writeFileSync(path.join(PICTURES, 'index.html'), `${page.join('\n')}\n`);
}

/** Runs in a page: PNG pictures as WebP with round corners, and one more that shows the second over the first. */
async function compose(shots) {
  const images = await Promise.all(
    shots.map(async (shot) => createImageBitmap(await (await fetch(`data:image/png;base64,${shot}`)).blob())),
  );
  const [{ width, height }] = images;
  const draw = (...layers) => {
    const canvas = Object.assign(document.createElement('canvas'), { width, height });
    const context = canvas.getContext('2d');
    context.roundRect(1, 1, width - 2, height - 2, 16);
    context.save();
    context.clip();
    for (const [image, top, bottom] of layers) {
      context.beginPath();
      context.moveTo(0, 0);
      context.lineTo(width * top, 0);
      context.lineTo(width * bottom, height);
      context.lineTo(0, height);
      context.clip();
      context.drawImage(image, 0, 0);
    }
    context.restore();
    context.beginPath();
    context.roundRect(1, 1, width - 2, height - 2, 16);
    context.lineWidth = 2;
    context.strokeStyle = 'rgb(128 128 128 / 50%)';
    context.stroke();
    return canvas.toDataURL('image/webp', 0.85).split(',')[1];
  };
  const [light, dark] = images;
  return [...images.map((image) => draw([image, 1, 1])), draw([light, 1, 1], [dark, 0.62, 0])];
}

/** In the page: changes the text of an input element without typing. */
function setText(input, text) {
  input.value = text;
  input.dispatchEvent(new Event('input'));
}

/** Waits until a condition is true; `actual` describes the state for the error. */
export async function until(isTrue, actual = () => '', limit = LIMIT_MS) {
  const end = Date.now() + limit;
  while (!(await isTrue())) {
    if (Date.now() > end) {
      throw new Error(`Timed out. Actual:\n${await actual()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Does what makes an element visible, again and again until it is. */
async function untilVisible(element, ask) {
  await until(async () => {
    await ask();
    return element.waitFor({ timeout: AGAIN_MS }).then(
      () => true,
      () => false,
    );
  });
}

/** The IDs of the processes that run a program, without those that they are just starting. */
export function processesOf(program) {
  const numbers = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const found = new Set(numbers.filter((pid) => read(`/proc/${pid}/cmdline`).split('\0').includes(program)));
  // A new process has the command line of its parent until it runs its own program.
  const parentOf = (pid) => read(`/proc/${pid}/stat`).replace(/.*\) /, '').split(' ')[1];
  return [...found].filter((pid) => !found.has(parentOf(pid))).map(Number);
}

/** The text of a file, empty if it is gone. */
function read(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
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
