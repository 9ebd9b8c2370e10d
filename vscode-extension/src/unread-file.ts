// Says which open files aloop does not read, such as `.aloop/models.yml`, and offers to rename them or to list them in
// `aloop.files`.

import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { hasOwnName, isListed } from './models-file';
import { MODELS_LANGUAGE } from './protocol';
import { isMisplaced, readPath, shortenHome } from './unread-text';

const RENAME = 'aloop.renameUnreadFile';
const USE = 'Use This File';
/** Stores the files for which the user closed the message. */
const DECLINED = 'unreadDeclined';

export class UnreadFiles implements vscode.Disposable {
  private item: vscode.LanguageStatusItem | undefined;
  private readonly shown = new Set<string>();
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly memory: vscode.Memento) {
    const update = (): void => this.update();
    this.subscriptions = [
      vscode.commands.registerCommand(RENAME, renameActive),
      vscode.window.onDidChangeActiveTextEditor(update),
      vscode.workspace.onDidOpenTextDocument(update),
      vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration('aloop.files') && update()),
    ];
    update();
  }

  dispose(): void {
    vscode.Disposable.from(...this.subscriptions).dispose();
    this.item?.dispose();
  }

  private update(): void {
    this.item?.dispose();
    this.item = undefined;
    const document = vscode.window.activeTextEditor?.document;
    if (document === undefined || !isUnread(document)) {
      return;
    }
    const pattern = new vscode.RelativePattern(vscode.Uri.joinPath(document.uri, '..'), nameOf(document.uri));
    this.item = vscode.languages.createLanguageStatusItem('aloop.unread', { scheme: 'file', pattern });
    this.item.name = 'aloop: file that is not read';
    this.item.severity = vscode.LanguageStatusSeverity.Warning;
    this.item.text = 'Not read by aloop';
    this.item.detail = 'Only .aloop/models.yaml is read';
    this.item.command = { title: 'Rename', command: RENAME };
    void this.say(document);
  }

  /** Shows the message once for each file. */
  private async say(document: vscode.TextDocument): Promise<void> {
    const key = document.uri.toString();
    const declined = this.memory.get<string[]>(DECLINED, []);
    if (this.shown.has(key) || declined.includes(key)) {
      return;
    }
    this.shown.add(key);
    const chosen = await vscode.window.showInformationMessage(
      `aloop does not read ${nameOf(document.uri)}, only .aloop/models.yaml.`,
      'Rename',
      USE,
    );
    if (chosen === 'Rename') {
      if (await renameToModels(document.uri)) {
        // Another file may get this name.
        this.shown.delete(key);
      }
    } else if (chosen === USE) {
      await listFile(document.uri);
    } else {
      await this.memory.update(DECLINED, [...declined, key]);
    }
  }
}

function isUnread(document: vscode.TextDocument): boolean {
  const { uri, languageId } = document;
  return (
    uri.scheme === 'file' &&
    !hasOwnName(document) &&
    !isListed(document) &&
    (languageId === MODELS_LANGUAGE || isMisplaced(uri.path, document.getText()))
  );
}

async function renameActive(): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document !== undefined && isUnread(document)) {
    await renameToModels(document.uri);
  }
}

/** Renames the file to the one that aloop reads, and returns whether it did; never replaces another file. */
async function renameToModels(uri: vscode.Uri): Promise<boolean> {
  const target = uri.with({ path: readPath(uri.path, vscode.workspace.getWorkspaceFolder(uri)?.uri.path) });
  const label = vscode.workspace.asRelativePath(target);
  if (await exists(target)) {
    const open = 'Open models.yaml';
    const chosen = await vscode.window.showWarningMessage(
      `${label} already exists. ${nameOf(uri)} was not renamed. Run aloop: Import Models… to add its models.`,
      open,
    );
    if (chosen === open) {
      await vscode.window.showTextDocument(target);
    }
    return false;
  }
  const edit = new vscode.WorkspaceEdit();
  edit.renameFile(uri, target, { overwrite: false });
  const isRenamed = await vscode.workspace.applyEdit(edit);
  if (isRenamed) {
    await vscode.window.showTextDocument(target);
  } else {
    void vscode.window.showWarningMessage(`${nameOf(uri)} could not be renamed to ${label}.`);
  }
  return isRenamed;
}

/** Adds the file to `aloop.files`: of the workspace if the file is in it and it is trusted, else of the user. */
async function listFile(uri: vscode.Uri): Promise<void> {
  const isInside = vscode.workspace.isTrusted && vscode.workspace.getWorkspaceFolder(uri) !== undefined;
  const settings = vscode.workspace.getConfiguration('aloop');
  const known = settings.inspect<string[]>('files');
  const value = (isInside ? known?.workspaceValue : known?.globalValue) ?? [];
  // A workspace value replaces the user's.
  const kept = isInside && known?.workspaceValue === undefined ? (known?.globalValue ?? []) : value;
  const file = isInside ? vscode.workspace.asRelativePath(uri, false) : shortenHome(uri.fsPath, homedir());
  const target = isInside ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await settings.update('files', [...new Set([...kept, file])], target);
}

function nameOf(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf('/') + 1);
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}
