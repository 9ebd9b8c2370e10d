// Beside another client for YAML: yaml-language-server, started for the language `yaml` as Red Hat's extension does it.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { LanguageClient } from 'vscode-languageclient/node';
import { FILE, FOLDER, findings, opened, rules, TEXT, until } from './document';

const BROKEN = TEXT.replace('    timeout: 300', '    timeout: "300');

describe('beside a second language client', () => {
  let yaml: LanguageClient;
  const other = vscode.Uri.file(`${FOLDER}/other.yaml`);

  before(async () => {
    const module = process.env.ALOOP_YAML_SERVER;
    assert.ok(module);
    yaml = new LanguageClient(
      'yaml',
      'YAML',
      { command: process.execPath, args: [module, '--stdio'] },
      { documentSelector: [{ language: 'yaml' }] },
    );
    await yaml.start();
  });

  after(async () => {
    await yaml.stop();
    await vscode.workspace.fs.delete(other);
  });

  it('nothing is said twice in a models.yaml, and the other still serves its own files', async () => {
    await vscode.workspace.fs.writeFile(other, Buffer.from(BROKEN));
    await vscode.workspace.openTextDocument(other);
    await until(() => vscode.languages.getDiagnostics(other).length > 0);
    assert.ok(vscode.languages.getDiagnostics(other).every(({ source }) => source === 'YAML'));
    await opened(BROKEN);
    const found = await findings(['yaml-syntax']);
    assert.deepEqual(
      found.map(({ source }) => source),
      ['aloop'],
    );
    await opened(TEXT);
    await findings([]);
  });

  it('nothing is offered twice', async () => {
    await opened(`models:\n  anth\n`);
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      FILE,
      new vscode.Position(1, 6),
    );
    assert.equal(
      items.filter(({ label }) => label === 'anthropic/' || (typeof label !== 'string' && label.label === 'anthropic/'))
        .length,
      1,
    );
    assert.deepEqual(
      rules(vscode.languages.getDiagnostics(FILE)).filter((rule) => rule === 'yaml-syntax').length <= 1,
      true,
    );
    await opened(TEXT);
  });
});
