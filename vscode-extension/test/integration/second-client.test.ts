// A second client for YAML: yaml-language-server, started for the language `yaml` as Red Hat's extension does it.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { LanguageClient } from 'vscode-languageclient/node';
import { FILE, FOLDER, openFile, rules, TEXT, until, waitForRules } from './document';

const BROKEN = TEXT.replace('    timeout: 300', '    timeout: "300');

describe('with a second language client', () => {
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

  it('reports each problem of a models.yaml once, and the other client still serves its own files', async () => {
    await vscode.workspace.fs.writeFile(other, Buffer.from(BROKEN));
    await vscode.workspace.openTextDocument(other);
    await until(() => vscode.languages.getDiagnostics(other).length > 0);
    assert.ok(vscode.languages.getDiagnostics(other).every(({ source }) => source === 'YAML'));
    await openFile(BROKEN);
    const found = await waitForRules(['yaml-syntax']);
    assert.deepEqual(
      found.map(({ source }) => source),
      ['aloop'],
    );
    await openFile(TEXT);
    await waitForRules([]);
  });

  it('offers each completion once', async () => {
    await openFile(`models:\n  anth\n`);
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
    await openFile(TEXT);
  });
});
