// The page of a rule: opened from a hover, from the Problems view and from the palette, rendered.

import { story } from './vscode.mjs';

const step = story(() => ({ extension: process.env.ALOOP_VSIX, workspace: process.env.ALOOP_WORKSPACE }));

/** Waits until the Markdown preview shows the page of a rule as HTML. */
async function untilPreview(vscode, rule) {
  await vscode.page.locator('.tab.active', { hasText: `Preview ${rule}.md` }).waitFor();
  const page = vscode.webview();
  await page.locator('h1', { hasText: rule }).waitFor();
  await page.locator('h2', { hasText: 'Incorrect' }).waitFor();
  await page.locator('pre code').first().waitFor();
}

step('the hover of a problem links to the page of its rule', async (vscode) => {
  await vscode.open('.aloop/models.yaml');
  await vscode.editor().locator('.squiggly-warning').first().waitFor();
  const hover = await vscode.hover(vscode.page.locator('.squiggly-warning').first(), 'unknown-provider');
  await hover.locator('a', { hasText: 'unknown-provider' }).click();
  await untilPreview(vscode, 'unknown-provider');
});

step('so does the Problems view', async (vscode) => {
  await vscode.open('.aloop/models.yaml');
  await vscode.palette('aloop: Check Models File');
  await vscode.page.locator('.markers-panel a', { hasText: 'unknown-provider' }).click();
  await untilPreview(vscode, 'unknown-provider');
});

step('a link in the page opens the related rule', async (vscode) => {
  const page = vscode.webview();
  await page.locator('a', { hasText: 'missing-api-base' }).click();
  await untilPreview(vscode, 'missing-api-base');
});

step('the palette opens the rule that is selected', async (vscode) => {
  await vscode.palette('aloop: Show Rule…');
  await vscode.answerBox('Show Rule', 'duplicate-key');
  // Enter would select the first rule while the list is not filtered yet.
  await vscode.pick('duplicate-key');
  await untilPreview(vscode, 'duplicate-key');
});
