// IDs typed at the speed of a user: the first suggestion is the right model, and Enter accepts it.

import fs from 'node:fs';
import path from 'node:path';
import { story, until } from './vscode.mjs';

const workspace = process.env.ALOOP_WORKSPACE;
const file = path.join(workspace, '.aloop/models.yaml');
const saved = () => fs.readFileSync(file, 'utf8');
const TEXT = saved().replace(/^default: .*\n/m, '');

const step = story(() => ({ extension: process.env.ALOOP_VSIX, workspace }));

step('the file is open, and the server runs', async (vscode) => {
  await vscode.open('.aloop/models.yaml');
  await vscode.page.locator('.codelens-decoration').first().waitFor();
});

const TYPED = {
  'openai/gpt-5': 'openai/gpt-5',
  'openai/gpt-5.5': 'openai/gpt-5.5',
  'openai/gpt-5.5#work': 'openai/gpt-5.5#work',
  'gpt-5': 'openai/gpt-5',
  gpt5: 'openai/gpt-5',
  sonnet: 'anthropic/claude-sonnet-5-5',
  'claude-son': 'anthropic/claude-sonnet-5-5',
};

for (const [word, modelId] of Object.entries(TYPED)) {
  for (const delay of [80, 150]) {
    step(`"${word}", one key per ${delay} ms: ${modelId} is the first row, and Enter accepts it`, async (vscode) => {
      await vscode.atEndOf(file, `${TEXT}  `);
      await vscode.page.keyboard.type(word, { delay });
      await until(
        async () => (await vscode.firstSuggestion()) === modelId,
        () => vscode.suggestWidget().innerText(),
      );
      await vscode.page.keyboard.press('Enter');
      await until(() => saved().endsWith(`\n  ${modelId}:\n    api_key: `), saved);
    });
  }
}

step('"claude": the provider is the first row, and its models follow', async (vscode) => {
  await vscode.atEndOf(file, `${TEXT}  `);
  await vscode.page.keyboard.type('claude', { delay: 100 });
  await until(
    async () => (await vscode.firstSuggestion()) === 'anthropic/',
    () => vscode.suggestWidget().innerText(),
  );
  await vscode.page.keyboard.press('Enter');
  await until(
    async () => (await vscode.firstSuggestion()) === 'anthropic/claude-opus-5-5',
    () => vscode.suggestWidget().innerText(),
  );
  await until(() => saved().endsWith('\n  anthropic/'), saved);
});
