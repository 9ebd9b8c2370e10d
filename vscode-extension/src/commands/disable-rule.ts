// aloop.disableRule: turns a rule off in the workspace or user settings. The server puts it into quick fixes.

import { ConfigurationTarget, Uri, window, workspace } from 'vscode';
import type { RegisteredCommand } from './registered';

export interface DisableRuleArguments {
  readonly rule?: string;
  readonly target?: string;
  /** The file with the problem, whose folder's workspace settings apply. */
  readonly uri?: string;
}

export const disableRule: RegisteredCommand<DisableRuleArguments> = {
  id: 'aloop.disableRule',
  async run(_server, { rule, target, uri }) {
    if (rule === undefined) {
      return;
    }
    const settings = workspace.getConfiguration('aloop', uri === undefined ? undefined : Uri.parse(uri));
    const known = settings.inspect<string[]>('disabledRules');
    const isUser = target !== 'workspace';
    // The values of the two settings do not add up: the workspace's replaces the user's.
    const current = (isUser ? known?.globalValue : (known?.workspaceValue ?? known?.globalValue)) ?? [];
    const changed = [...new Set([...current, rule])];
    const where = isUser ? ConfigurationTarget.Global : ConfigurationTarget.Workspace;
    await settings.update('disabledRules', changed, where);
    if (isUser && known?.workspaceValue !== undefined && !known.workspaceValue.includes(rule)) {
      const advice = 'The workspace settings have their own aloop.disabledRules, which takes precedence.';
      await window.showInformationMessage(`Turned off ${rule} in the user settings. ${advice}`);
    }
  },
};
