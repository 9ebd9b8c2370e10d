// No suggestion of VS Code in models.yaml contains a part of a key, and the first one of a typed ID is the right model.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { story, until } from './vscode.mjs';

const workspace = process.env.ALOOP_WORKSPACE;
const file = path.join(workspace, '.aloop/models.yaml');
const settings = path.join(workspace, '.vscode/settings.json');

const KEYS = [
  'sk-proj-0123456789abcdefghijABCDEFGHIJ0123456789abcdefghij',
  'sk-ant-api03-r4nd0mq8w7e6r5t4y3u2i1o0pasdfghjklzxcvbnmQW-pOiUyTrEwQ',
  'AIzaSyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q',
  '9f8e7d6c5b4a39281706f5e4d3c2b1a0',
  'gsk_Zx9Yw8Vu7Ts6Rq5Po4Nm3Lk2Ji1Hg0FeDcBa',
  'wJalrXUtnFEMIK7MDENGbPxRfiCYzz1122334455',
  'Hj5Kl6Mn7Pq8Rs9Tu0',
];
const NEW_KEY = 'n3wK3y0123nOtAnOlDoNe4567';
const TEXT = `# The old one: ${KEYS[4]}
models:
  openai/gpt-4o:
    name: GPT four
    api_key: ${KEYS[0]}
  anthropic/claude-opus-4-5:
    api_key: '${KEYS[1]}'
  gemini/gemini-2.5-pro:
    api_key: "${KEYS[2]}"
  azure/mine:
    api_key: ${KEYS[3]}
    api_base: https://user:${KEYS[6]}@example.com
  bedrock/anthropic.claude-opus-4-5:
    aws_secret_access_key: ${KEYS[5]}
`;
/** The cursor is at the end of the text. */
const PLACES = {
  'after api_key': `${TEXT}  mistral/one:\n    api_key: `,
  'after a quote of api_key': `${TEXT}  mistral/one:\n    api_key: "`,
  'after another secret field': `${TEXT}  bedrock/one:\n    aws_session_token: `,
  'in a free-text field': `${TEXT}  mistral/one:\n    name: `,
  'in a free-text field with a word': `${TEXT}  mistral/one:\n    name: My`,
  'in a field with no values to offer': `${TEXT}  mistral/one:\n    organization: `,
  'in a list of values': `${TEXT}  mistral/one:\n    stop: [`,
  'in headers': `${TEXT}  mistral/one:\n    extra_headers:\n      Authorization: `,
  'after api_base': `${TEXT}  mistral/one:\n    api_base: `,
  'on an empty line of an entry': `${TEXT}  mistral/one:\n    `,
  'on an empty line of models': `${TEXT}  `,
  'on an empty line at the end': `${TEXT}default: openai/gpt-4o\n`,
  'after default': `${TEXT}default: `,
  'in a comment': `${TEXT}# `,
  'in a section that is not known': `${TEXT}other: `,
};
const FEW = [
  'after api_key',
  'in a free-text field with a word',
  'in a field with no values to offer',
  'on an empty line at the end',
];
const WINDOW = 6;
const fragments = new Set(
  KEYS.flatMap((key) => [...Array(key.length).keys()].slice(0, 1 - WINDOW).map((at) => key.slice(at, at + WINDOW))),
);

const PLAIN = fs.readFileSync(file, 'utf8').replace(/^default: .*\n/m, '');
fs.writeFileSync(file, TEXT);
fs.writeFileSync(path.join(workspace, 'other.yaml'), 'first: word\n');
const step = story(() => ({ extension: process.env.ALOOP_VSIX, workspace }));

async function noKeyAt(vscode, places) {
  for (const place of places) {
    const text = PLACES[place];
    await vscode.atEndOf(file, text);
    const shown = await vscode.suggest();
    const leaked = [...fragments].filter((fragment) => shown.some((row) => row.includes(fragment)));
    assert.equal(leaked[0], undefined, `${place}: ${shown.join('\n')}`);
  }
}

function configure(values) {
  fs.mkdirSync(path.dirname(settings), { recursive: true });
  fs.writeFileSync(settings, JSON.stringify(values));
}

step(
  'no suggestion contains a part of a key',
  async (vscode) => {
    await vscode.open('.aloop/models.yaml');
    await vscode.untilText((text) => text.includes('aws_secret_access_key'));
    await vscode.page.locator('.codelens-decoration').first().waitFor();
    await noKeyAt(vscode, Object.keys(PLACES));
  },
  180_000,
);

step('after api_key, the API key is asked for and hidden', async (vscode) => {
  await vscode.atEndOf(file, PLACES['after api_key']);
  await vscode.page.keyboard.press('Control+Space');
  await vscode.suggestions().filter({ hasText: 'Set API Key…' }).waitFor();
  await vscode.page.keyboard.press('Enter');
  await vscode.quickInput().filter({ hasText: 'Set API Key: mistral/one' }).waitFor();
  assert.equal(await vscode.input().getAttribute('type'), 'password');
  await vscode.fill(NEW_KEY);
  await vscode.page.keyboard.press('Enter');
  await until(
    () => fs.readFileSync(file, 'utf8').trimEnd().endsWith(`\n${PLACES['after api_key']}${NEW_KEY}`),
    () => fs.readFileSync(file, 'utf8'),
  );
});

step(
  'with visible keys, no suggestion contains a part of a key',
  async (vscode) => {
    configure({ 'aloop.hideKeys': false });
    await until(
      async () => (await vscode.visibleText()).includes(KEYS[0]),
      () => vscode.visibleText(),
    );
    await noKeyAt(vscode, FEW);
  },
  180_000,
);

step(
  'with the file association yaml, no suggestion contains a part of a key',
  async (vscode) => {
    await vscode.palette('View: Close Editor');
    configure({
      'files.associations': { '*.yaml': 'yaml' },
      'editor.wordBasedSuggestions': 'allDocuments',
      // It is seen when the settings are in use.
      'editor.lineNumbers': 'off',
    });
    await vscode.open('other.yaml');
    await vscode.editor().locator('.line-numbers').first().waitFor({ state: 'detached' });
    await vscode.statusItem('YAML').waitFor();
    await vscode.open('.aloop/models.yaml');
    await vscode.statusItem('aloop models').waitFor();
    await noKeyAt(vscode, FEW);
  },
  180_000,
);

step('in another YAML file, no suggestion contains a part of a key', async (vscode) => {
  configure({});
  await vscode.open('other.yaml');
  await vscode.editor().locator('.line-numbers').first().waitFor();
  await vscode.page.keyboard.press('Control+End');
  const shown = await vscode.suggest();
  assert.deepEqual(
    [...fragments].filter((fragment) => shown.some((row) => row.includes(fragment))),
    [],
    shown.join('\n'),
  );
});

step('a file without secrets is open', async (vscode) => {
  await vscode.palette('View: Close Editor');
  await vscode.open('.aloop/models.yaml');
  await vscode.page.locator('.codelens-decoration').first().waitFor();
});

const saved = () => fs.readFileSync(file, 'utf8');
const TYPED = {
  'openai/gpt-5': 'openai/gpt-5',
  'openai/gpt-5.5': 'openai/gpt-5.5',
  'openai/gpt-5.5#work': 'openai/gpt-5.5#work',
  'gpt-5': 'openai/gpt-5',
  gpt5: 'openai/gpt-5',
  sonnet: 'anthropic/claude-sonnet-5-5',
  'claude-son': 'anthropic/claude-sonnet-5-5',
};

for (const [place, [word, modelId]] of Object.entries(TYPED).entries()) {
  // At two speeds of a user.
  const delay = [80, 150][place % 2];
  step(`"${word}", one key per ${delay} ms: ${modelId} is the first row, and Enter accepts it`, async (vscode) => {
    await vscode.atEndOf(file, `${PLAIN}  `);
    await vscode.page.keyboard.type(word, { delay });
    await until(
      async () => (await vscode.firstSuggestion()) === modelId,
      () => vscode.suggestWidget().innerText(),
    );
    await vscode.page.keyboard.press('Enter');
    await until(() => saved().endsWith(`\n  ${modelId}:\n    api_key: `), saved);
  });
}

step('"claude": the provider is the first row, and its models follow', async (vscode) => {
  await vscode.atEndOf(file, `${PLAIN}  `);
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
