// What VS Code's own commands get from the server for a models.yaml, through the extension.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { at, FILE, FOLDER, KEY, openFile, replaceText, rules, TEXT, texts, until, waitForRules } from './document';

const execute = <Result>(command: string, ...args: unknown[]): Thenable<Result> =>
  vscode.commands.executeCommand<Result>(command, ...args);
const complete = (position: vscode.Position): Thenable<vscode.CompletionList> =>
  execute('vscode.executeCompletionItemProvider', FILE, position);
const labelOf = ({ label }: vscode.CompletionItem): string => (typeof label === 'string' ? label : label.label);
const descriptionOf = ({ label }: vscode.CompletionItem = { label: '' }): string =>
  typeof label === 'string' ? '' : (label.description ?? '');

describe('a models.yaml', () => {
  it('has a language of its own, which activates the extension', async () => {
    const document = await openFile(TEXT);
    assert.equal(document.languageId, 'aloop-models');
    assert.equal(vscode.extensions.getExtension('aloop.aloop-models')?.isActive, true);
    await waitForRules([]);
  });

  it('is checked while it is typed', async () => {
    const document = await openFile(TEXT.replace('timeout', 'timout').replace('ollama', 'olama'));
    const [field, provider] = (await waitForRules(['unknown-field', 'unknown-provider'])).sort((one, other) =>
      one.range.start.compareTo(other.range.start),
    );
    assert.ok(field && provider);
    assert.deepEqual(texts(document, [field.range, provider.range]), ['timout', 'olama']);
    assert.deepEqual(
      [field.severity, provider.severity],
      [vscode.DiagnosticSeverity.Warning, vscode.DiagnosticSeverity.Warning],
    );
    assert.equal(field.source, 'aloop');
    assert.ok(
      typeof field.code === 'object' && field.code.target.toString(true).startsWith('command:aloop.showRule?'),
      'a link to the page of the rule',
    );
    assert.ok(field.message.length <= 200 && !field.message.includes(KEY));
  });

  it('offers quick fixes that fix the problem', async () => {
    const document = await openFile(TEXT.replace('timeout', 'timout'));
    const [diagnostic] = await waitForRules(['unknown-field']);
    assert.ok(diagnostic);
    const actions = await execute<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      FILE,
      diagnostic.range,
      vscode.CodeActionKind.QuickFix.value,
    );
    const fix = actions.find((action) => action.isPreferred);
    assert.equal(fix?.title, 'Rename to timeout');
    assert.ok(fix.edit && (await vscode.workspace.applyEdit(fix.edit)));
    assert.equal(document.getText(), TEXT);
    await waitForRules([]);
  });

  it('completes providers, the whole key at once', async () => {
    const document = await openFile(`models:\n  anth\n`);
    const { items } = await complete(new vscode.Position(1, 6));
    const item = items.find((each) => labelOf(each) === 'anthropic/');
    assert.ok(item);
    const range = item.range instanceof vscode.Range ? item.range : item.range?.replacing;
    assert.deepEqual(texts(document, range ? [range] : []), ['anth']);
  });

  it('completes the models of a provider, few at a time', async () => {
    await openFile(`models:\n  openai/\n`);
    const { items, isIncomplete } = await complete(new vscode.Position(1, 9));
    const ours = items.filter((item) => labelOf(item).startsWith('openai/'));
    assert.ok(ours.length > 10 && ours.length <= 100, String(ours.length));
    assert.equal(isIncomplete, true, 'the order is for exactly what was typed');
    assert.match(descriptionOf(ours[0]), /^\d.* · \$.* \/ \$.*$/);
    assert.equal(new Set(items.map(labelOf)).size, items.length, 'nothing is offered twice');
  });

  it('completes fields, and the default', async () => {
    await openFile(TEXT.replace('    timeout: 300', '    ti'));
    const fields = await complete(new vscode.Position(5, 6));
    assert.ok(fields.items.map(labelOf).includes('timeout'));
    // An entry with an error, such as a field that is not complete, is not ready and comes last.
    await openFile(TEXT.replace('default: openai/gpt-4o', 'default: '));
    const defaults = await complete(new vscode.Position(10, 9));
    assert.deepEqual(
      defaults.items.map(labelOf).filter((label) => label.includes('/')),
      ['openai/gpt-4o', 'ollama/llama2'],
    );
  });

  it('shows facts about the model in a hover, and no part of a key', async () => {
    const document = await openFile(TEXT);
    const shown = async (place: string, within = 3): Promise<string> => {
      const hovers = await execute<vscode.Hover[]>('vscode.executeHoverProvider', FILE, at(document, place, within));
      return hovers
        .flatMap(({ contents }) => contents.map((content) => (typeof content === 'string' ? content : content.value)))
        .join('\n');
    };
    assert.match(await shown('openai/gpt-4o', 9), /128K/);
    assert.match(await shown('timeout:'), /seconds/i);
    assert.ok(!(await shown(KEY)).includes(KEY.slice(8, 16)));
  });

  it('has a lens above each model that switches, through the extension’s own command', async () => {
    await openFile(TEXT);
    await until(
      async () =>
        (await lenses()).join() === '$(check)\u00a0Current ·\u00a0$(star)\u00a0Default,Test,Use this model,Test',
      () => 'other lenses',
    );
    const [, , lens] = await execute<vscode.CodeLens[]>('vscode.executeCodeLensProvider', FILE);
    assert.equal(lens?.command?.command, 'aloop.switchModel');
    await execute(lens.command.command, ...(lens.command.arguments ?? []));
    await until(
      async () => (await lenses()).join() === '$(star)\u00a0Default,Use this model,Test,$(check)\u00a0Current,Test',
      () => 'other lenses',
    );
    await execute('aloop.switchModel', { modelId: 'openai/gpt-4o' });
    await until(
      async () =>
        (await lenses()).join() === '$(check)\u00a0Current ·\u00a0$(star)\u00a0Default,Test,Use this model,Test',
      () => 'other lenses',
    );
    assert.equal(readFileSync(FILE.fsPath, 'utf8'), TEXT);
  });

  it('shows the context window and the price after an ID', async () => {
    await openFile(TEXT);
    const hints = await execute<vscode.InlayHint[]>(
      'vscode.executeInlayHintProvider',
      FILE,
      new vscode.Range(0, 0, 20, 0),
    );
    assert.deepEqual(
      hints.map(({ label }) => label),
      ['128K · $2.50 / $10', '4K'],
    );
  });

  it('has an outline, and folds', async () => {
    await openFile(TEXT);
    const [models, preset] = await execute<vscode.DocumentSymbol[]>('vscode.executeDocumentSymbolProvider', FILE);
    assert.deepEqual([models?.name, preset?.name], ['models', 'default']);
    assert.deepEqual(
      models?.children.map(({ name }) => name),
      ['openai/gpt-4o', 'ollama/llama2'],
    );
    const folds = await execute<vscode.FoldingRange[]>('vscode.executeFoldingRangeProvider', FILE);
    assert.deepEqual(
      folds.map(({ start, end }) => [start, end]),
      [
        [1, 8],
        [2, 5],
        [6, 8],
      ],
    );
  });

  it('goes from the default to its model and back', async () => {
    const document = await openFile(TEXT);
    const place = at(document, 'default:', 12);
    const [definition] = await execute<(vscode.Location | vscode.LocationLink)[]>(
      'vscode.executeDefinitionProvider',
      FILE,
      place,
    );
    assert.ok(definition);
    assert.equal(('range' in definition ? definition.range : definition.targetRange).start.line, 2);
    const references = await execute<vscode.Location[]>('vscode.executeReferenceProvider', FILE, place);
    assert.deepEqual(
      references.map(({ range }) => range.start.line),
      [2, 10],
    );
    const marks = await execute<vscode.DocumentHighlight[]>('vscode.executeDocumentHighlights', FILE, place);
    assert.deepEqual(
      texts(
        document,
        marks.map(({ range }) => range),
      ),
      ['openai/gpt-4o', 'openai/gpt-4o'],
    );
  });

  it('renames a model and the default', async () => {
    const document = await openFile(TEXT);
    const edit = await execute<vscode.WorkspaceEdit>(
      'vscode.executeDocumentRenameProvider',
      FILE,
      at(document, 'openai/gpt-4o', 3),
      'openai/gpt-4.1',
    );
    assert.ok(await vscode.workspace.applyEdit(edit));
    assert.equal(document.getText(), TEXT.replaceAll('openai/gpt-4o', 'openai/gpt-4.1'));
  });

  it('is formatted with the default settings, as one undoable edit, and on save', async () => {
    const formatted = TEXT.replace('  ollama', '\n  ollama');
    const document = await openFile(TEXT.replaceAll('  ', '    '));
    await execute('editor.action.formatDocument');
    assert.equal(document.getText(), formatted);
    await execute('undo');
    assert.equal(document.getText(), TEXT.replaceAll('  ', '    '));
    const settings = vscode.workspace.getConfiguration('editor', document);
    await settings.update('formatOnSave', true, vscode.ConfigurationTarget.Workspace);
    try {
      await replaceText(document, TEXT);
      await document.save();
      assert.equal(document.getText(), formatted);
    } finally {
      await settings.update('formatOnSave', undefined, vscode.ConfigurationTarget.Workspace);
    }
  });

  it('colors its secrets', async () => {
    const document = await openFile(TEXT);
    const legend = await execute<vscode.SemanticTokensLegend>('vscode.provideDocumentSemanticTokensLegend', FILE);
    const secret = 1 << legend.tokenModifiers.indexOf('secret');
    const { data } = await execute<vscode.SemanticTokens>('vscode.provideDocumentSemanticTokens', FILE);
    const found: string[] = [];
    let line = 0;
    let column = 0;
    for (let index = 0; index < data.length; index += 5) {
      const [below = 0, right = 0, length = 0, , modifiers = 0] = data.slice(index, index + 5);
      line += below;
      column = below === 0 ? column + right : right;
      if (modifiers & secret) {
        found.push(document.getText(new vscode.Range(line, column, line, column + length)));
      }
    }
    assert.deepEqual(found, [KEY]);
  });
});

describe('a command', () => {
  // Text stays unsaved only without autosave; in a browser VS Code saves after a second, also in the middle of a test.
  const autosave = (value?: string): Thenable<void> =>
    vscode.workspace.getConfiguration('files').update('autoSave', value, vscode.ConfigurationTarget.Global);
  before(() => autosave('off'));
  after(() => autosave());

  it('edits unsaved text in the editor, where one undo reverts it', async () => {
    const document = await openFile(TEXT);
    const unsaved = TEXT.replace('# Our models', '# Mine');
    await replaceText(document, unsaved);
    await execute('aloop.setDefaultModel', { modelId: 'ollama/llama2' });
    await until(
      () => document.getText() === unsaved.replace('default: openai/gpt-4o', 'default: ollama/llama2'),
      () => document.getText(),
    );
    assert.ok(document.isDirty);
    assert.equal(readFileSync(FILE.fsPath, 'utf8'), TEXT);
    await execute('undo');
    assert.equal(document.getText(), unsaved);
    await execute('workbench.action.files.revert');
  });

  it('writes a file that has no unsaved changes, and the editor follows', async () => {
    const document = await openFile(TEXT);
    await execute('aloop.setDefaultModel', { modelId: 'ollama/llama2' });
    await until(
      () => document.getText() === TEXT.replace('default: openai/gpt-4o', 'default: ollama/llama2'),
      () => document.getText(),
    );
    assert.equal(document.isDirty, false);
    assert.equal(readFileSync(FILE.fsPath, 'utf8'), document.getText());
  });

  it('works while the text changes', async () => {
    const document = await openFile(TEXT);
    await replaceText(document, `${TEXT}# `);
    await execute('cursorBottom');
    const done = execute('aloop.setDefaultModel', { modelId: 'ollama/llama2' });
    for (const text of 'typed meanwhile') {
      await execute('type', { text });
    }
    await done;
    const expected = `${TEXT.replace('default: openai/gpt-4o', 'default: ollama/llama2')}# typed meanwhile`;
    await until(
      () => document.getText() === expected,
      () => document.getText(),
    );
    await execute('workbench.action.files.revert');
  });
});

describe('settings', () => {
  const set = (name: string, value: unknown): Thenable<void> =>
    vscode.workspace.getConfiguration('aloop').update(name, value, vscode.ConfigurationTarget.Workspace);

  it('take effect immediately', async () => {
    await openFile(TEXT.replace('timeout', 'timout'));
    await waitForRules(['unknown-field']);
    await set('disabledRules', ['unknown-field']);
    await waitForRules([]);
    await set('disabledRules', undefined);
    await waitForRules(['unknown-field']);
    await openFile(TEXT);
    const { length } = await lenses();
    assert.ok(length > 0);
    await set('codeLens.enable', false);
    await until(async () => (await lenses()).length === 0);
    await set('codeLens.enable', undefined);
    await until(async () => (await lenses()).length === length);
  });
});

describe('turning a rule off', () => {
  const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration('aloop', FILE);

  it('is offered after the fixes, and writes the settings', async () => {
    await openFile(TEXT.replace('timeout', 'timout'));
    const [diagnostic] = await waitForRules(['unknown-field']);
    assert.ok(diagnostic);
    const actions = await execute<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      FILE,
      diagnostic.range,
      vscode.CodeActionKind.QuickFix.value,
    );
    const titles = actions.map((action) => action.title).filter((title) => /^(Ignore|Turn)/.test(title));
    assert.deepEqual(titles, [
      'Ignore here: unknown-field',
      'Turn off unknown-field in the workspace settings',
      'Turn off unknown-field in the user settings',
    ]);
    for (const [target, value] of [
      ['workspace', 'workspaceValue'],
      ['user', 'globalValue'],
    ] as const) {
      const action = actions.find(({ title }) => title.endsWith(`in the ${target} settings`));
      assert.ok(action?.command);
      await execute(action.command.command, ...(action.command.arguments ?? []));
      await waitForRules([]);
      assert.deepEqual(settings().inspect('disabledRules')?.[value], ['unknown-field']);
      const where = target === 'user' ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.Workspace;
      await settings().update('disabledRules', undefined, where);
      await waitForRules(['unknown-field']);
    }
  });
});

describe('other files', () => {
  it('are not changed or checked', async () => {
    const other = vscode.Uri.file(`${FOLDER}/models.yaml`);
    await vscode.workspace.fs.writeFile(other, Buffer.from(TEXT.replace('timeout', 'timout')));
    const document = await vscode.workspace.openTextDocument(other);
    assert.equal(document.languageId, 'yaml');
    await openFile(TEXT.replace('timeout', 'timout'));
    await waitForRules(['unknown-field']);
    assert.deepEqual(rules(vscode.languages.getDiagnostics(other)), []);
    const offered = await execute<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      other,
      new vscode.Position(1, 0),
    );
    assert.ok(!offered.items.some((item) => labelOf(item).endsWith('/')));
    await vscode.workspace.fs.delete(other);
  });
});

describe('the palette', () => {
  it('has every command that package.json names', async () => {
    const named: string[] = vscode.extensions
      .getExtension('aloop.aloop-models')
      ?.packageJSON.contributes.commands.map((item: { command: string }) => item.command);
    const there = new Set(await vscode.commands.getCommands(true));
    assert.ok(named.length > 0);
    assert.deepEqual(
      named.filter((id) => !there.has(id)),
      [],
    );
  });
});

async function lenses(): Promise<string[]> {
  const found = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', FILE);
  return found.map(({ command }) => command?.title ?? '');
}
