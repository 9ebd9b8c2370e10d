// Opens windows of a real VS Code, with and without extensions in turn, and prints the time of each start as JSON.

import { startVSCode, until } from '../tests/editors/vscode/vscode.mjs';

const { variants, workspace, rounds } = JSON.parse(process.argv[2]);

const editors = [];
const samples = Object.fromEntries(variants.map(({ name }) => [name, { restored: [], activation: [], model: [] }]));
try {
  for (const { name, extensions } of variants) {
    editors.push({ name, vscode: await startVSCode({ extensions, workspace }) });
  }
  for (let round = 0; round <= rounds; round++) {
    // A B C, then C B A, so that none always goes first.
    for (const { name, vscode } of round % 2 === 0 ? editors : editors.toReversed()) {
      await vscode.page.close();
      await vscode.openWindow();
      const sample = { restored: await marked(vscode.page, 'code/LifecyclePhase/Restored') };
      if (name === 'aloop models') {
        await vscode.statusItem('GPT-4o (next agent)').waitFor();
        sample.model = await vscode.page.evaluate(() => performance.now());
      }
      if (name !== 'no extension') {
        sample.activation = await activation(vscode, name);
      }
      // The first round warms the disk cache and the caches of VS Code.
      if (round > 0) {
        Object.entries(sample).forEach(([figure, value]) => samples[name][figure].push(value));
      }
    }
  }
  console.log(JSON.stringify(samples));
} finally {
  for (const { vscode } of editors) {
    await vscode.close();
  }
}

/** Returns the milliseconds from the start of the page to a performance mark of VS Code. */
async function marked(page, mark) {
  const time = () => page.evaluate((name) => performance.getEntriesByName(name)[0]?.startTime, mark);
  await until(async () => (await time()) !== undefined);
  return time();
}

/** Returns the milliseconds of an extension's activation, as VS Code reports them. */
async function activation(vscode, name) {
  await vscode.palette('Developer: Show Running Extensions');
  const row = vscode.page.locator('.runtime-extensions-editor .monaco-list-row').filter({ hasText: name });
  const text = async () => (await row.first().innerText().catch(() => '')).replace(/\s+/g, ' ');
  await until(async () => /Activation: [\d.]+ ?ms/.test(await text()), text);
  return Number(/Activation: ([\d.]+) ?ms/.exec(await text())[1]);
}
