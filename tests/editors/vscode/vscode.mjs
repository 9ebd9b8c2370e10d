// Drives a real VS Code (code-server in headless Chromium) as a person would: palette, pick lists, Problems, status bar.
// Everything waits for what should appear; nothing sleeps.

import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const EDITORS = process.env.ALOOP_EDITORS;
const CODE_SERVER = path.join(EDITORS, 'node_modules/code-server/out/node/entry.js');
const { chromium } = createRequire(path.join(EDITORS, 'package.json'))('playwright-core');

const SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.reduceMotion': 'on',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'editor.accessibilitySupport': 'off',
  'editor.minimap.enabled': false,
  'editor.wordBasedSuggestions': 'off',
  'files.hotExit': 'off',
  'git.enabled': false,
};

/** A VS Code of its own: empty profile and home, only the given .vsix installed, one window on `workspace`. */
export async function startVSCode({ vsix, workspace, settings = {}, environment = {} }) {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'aloop-vscode-'));
  const profile = path.join(home, 'profile');
  fs.mkdirSync(path.join(profile, 'User'), { recursive: true });
  fs.writeFileSync(path.join(profile, 'User/settings.json'), JSON.stringify({ ...SETTINGS, ...settings }));
  fs.writeFileSync(path.join(home, 'config.yaml'), '');
  const env = { ...process.env, HOME: home, ...environment };
  const common = [CODE_SERVER, '--config', path.join(home, 'config.yaml'), '--user-data-dir', profile, '--extensions-dir', path.join(home, 'extensions')];

  const installed = spawnSync(process.execPath, [...common, '--install-extension', vsix], { env, encoding: 'utf8' });
  if (installed.status !== 0) {
    throw new Error(`The .vsix could not be installed:\n${installed.stdout}${installed.stderr}`);
  }
  const port = await freePort();
  const log = path.join(home, 'code-server.log');
  const output = fs.openSync(log, 'w');
  const server = spawn(
    process.execPath,
    [...common, '--bind-addr', `127.0.0.1:${port}`, '--auth', 'none', '--disable-telemetry', '--disable-update-check',
      '--disable-workspace-trust', '--disable-getting-started-override', '--ignore-last-opened'],
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
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(30_000);
  await page.goto(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(workspace)}`);
  await page.waitForSelector('.monaco-workbench .part.statusbar');
  return new VSCode(page, profile, async () => {
    await browser.close();
    stopServer();
    fs.rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  });
}

class VSCode {
  constructor(page, profile, close) {
    this.page = page;
    this.profile = profile;
    this.close = close;
  }

  quickInput = () => this.page.locator('.quick-input-widget:visible');
  rows = () => this.quickInput().locator('.monaco-list-row');
  statusItem = (text) => this.page.locator('.statusbar-item').getByText(text, { exact: true });

  /** Runs a palette command by its full title. */
  async palette(title) {
    await this.page.keyboard.press('F1');
    await this.fill(`>${title}`);
    await this.rows().filter({ hasText: title }).first().waitFor();
    await this.page.keyboard.press('Enter');
  }

  /** Opens a file of the workspace by its path. */
  async open(file) {
    const name = path.basename(file);
    await this.page.keyboard.press('Control+P');
    await this.fill(file);
    await this.rows().filter({ hasText: name }).first().waitFor();
    await this.page.keyboard.press('Enter');
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
    await this.page.locator('.monaco-editor .view-lines').first().waitFor();
  }

  async fill(text) {
    const input = this.quickInput().locator('.quick-input-filter input');
    await input.waitFor();
    await input.fill(text);
  }

  /** The accessible texts of the pick list on screen. */
  async pickList() {
    await this.rows().first().waitFor();
    return this.rows().evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label')));
  }

  async pick(label) {
    await this.rows().filter({ hasText: label }).first().click();
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

  /** What stands in an output channel, once it has `pattern`. */
  async outputUntil(channel, pattern) {
    for (let text = ''; ; text = this.output(channel)) {
      if (pattern.test(text)) {
        return text;
      }
      await this.page.waitForTimeout(50);
    }
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
  const end = Date.now() + 20_000;
  while (Date.now() < end) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`VS Code did not start:\n${fs.readFileSync(log, 'utf8')}`);
}
