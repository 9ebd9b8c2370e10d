// aloop.showRule: opens the page of a rule in the Markdown preview.

import * as vscode from 'vscode';
import { executeOrExplain } from '../messages';
import type { ShowRuleResult } from '../protocol';
import type { Server } from '../server';
import type { RegisteredCommand } from './registered';

export const showRule: RegisteredCommand = {
  id: 'aloop.showRule',
  async run(server, given) {
    const ruleId = given.ruleId ?? ruleAtCursor() ?? (await pickRule(server));
    const shown = ruleId && (await executeOrExplain<ShowRuleResult>(server, 'aloop.showRule', { ruleId }));
    if (shown && shown.page !== undefined) {
      await vscode.commands.executeCommand('markdown.showPreview', vscode.Uri.parse(shown.page));
    }
  },
};

/** The rule of the problem at the cursor. */
function ruleAtCursor(): string | undefined {
  const editor = vscode.window.activeTextEditor;
  const diagnostics = editor ? vscode.languages.getDiagnostics(editor.document.uri) : [];
  const found = diagnostics.find(
    ({ source, range }) => source === 'aloop' && editor && range.contains(editor.selection.active),
  );
  return typeof found?.code === 'object' ? String(found.code.value) : undefined;
}

async function pickRule(server: Server): Promise<string | undefined> {
  const listed = await executeOrExplain<ShowRuleResult>(server, 'aloop.showRule', {});
  const rows = (listed?.rules ?? []).map(({ rule, title, severity }) => ({
    label: rule,
    description: severity,
    detail: title,
  }));
  const picked =
    rows.length > 0
      ? await vscode.window.showQuickPick(rows, {
          title: 'Show Rule',
          placeHolder: 'Select the rule to read about',
          matchOnDetail: true,
        })
      : undefined;
  return picked?.label;
}
