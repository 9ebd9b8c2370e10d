// Finds the server with the settings, folders and interpreter of this window.

import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { selectedInterpreter } from './interpreter';
import { type Managed, managedServer } from './managed/environment';
import { isExecutable } from './programs';
import { type FoundServer, findServer, type MissingServer } from './server-lookup';

export async function locateServer(managed: Managed): Promise<FoundServer | MissingServer> {
  return findServer({
    configuredPath: vscode.workspace.getConfiguration('aloop').get('server.path', ''),
    interpreter: vscode.workspace.isTrusted ? await selectedInterpreter() : undefined,
    workspaceFolders: (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath),
    isTrusted: vscode.workspace.isTrusted,
    managed: managedServer(managed),
    platform: process.platform,
    searchPath: process.env.PATH ?? '',
    home: homedir(),
    isExecutable,
  });
}
