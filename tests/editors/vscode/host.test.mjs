// The tests of vscode-extension/test/integration, run inside the extension host of a real VS Code.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { startVSCode, until } from './vscode.mjs';

const LIMIT_MS = 300_000;

test('inside the extension host', { timeout: LIMIT_MS + 60_000 }, async () => {
  let code;
  const extension = process.env.ALOOP_EXTENSION;
  const report = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'aloop-host-')), 'report');
  fs.writeFileSync(report, '');
  const reported = () => fs.readFileSync(report, 'utf8');
  const vscode = await startVSCode({
    workspace: process.env.ALOOP_WORKSPACE,
    environment: { ALOOP_REPORT: report },
    // VS Code does not ask where it runs the tests of an extension.
    trust: false,
    payload: (host) => [
      ['extensionDevelopmentPath', `vscode-remote://${host}${extension}`],
      ['extensionTestsPath', `vscode-remote://${host}${extension}/dist/integration/index.js`],
    ],
    functions: {
      codeAutomationLog: () => undefined,
      codeAutomationExit: (ended) => {
        code = ended;
      },
    },
  });
  try {
    await until(() => code !== undefined, reported, LIMIT_MS);
    assert.equal(code, 0, reported());
    assert.match(reported(), /[1-9]\d* passing/);
  } finally {
    await vscode.close();
    fs.rmSync(path.dirname(report), { recursive: true });
  }
});
