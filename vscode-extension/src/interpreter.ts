// The Python interpreter selected in this window, from the Python extension.

import * as vscode from 'vscode';

const WAIT_MS = 3000;

/** The used part of the Python extension's API; any of it may be missing. */
interface PythonApi {
  readonly environments?: {
    readonly getActiveEnvironmentPath?: (resource?: vscode.Uri) => { readonly path?: unknown } | undefined;
    readonly resolveEnvironment?: (
      environment: unknown,
    ) => Promise<{ readonly executable?: { readonly uri?: vscode.Uri } } | undefined>;
    readonly onDidChangeActiveEnvironmentPath?: vscode.Event<unknown>;
  };
}

/** The path of the interpreter; undefined without the extension or a selection, or if it does not answer in time. */
export async function selectedInterpreter(): Promise<string | undefined> {
  const python = vscode.extensions.getExtension<PythonApi>('ms-python.python');
  if (python === undefined) {
    return undefined;
  }
  const tooLate = new Promise<undefined>((resolve) => setTimeout(resolve, WAIT_MS, undefined));
  return Promise.race([readInterpreter(python).catch(() => undefined), tooLate]);
}

/** Calls `changed` when another interpreter is selected. */
export async function watchInterpreter(changed: () => void): Promise<vscode.Disposable | undefined> {
  const python = vscode.extensions.getExtension<PythonApi>('ms-python.python');
  try {
    return (await python?.activate())?.environments?.onDidChangeActiveEnvironmentPath?.(changed);
  } catch {
    return undefined;
  }
}

async function readInterpreter(python: vscode.Extension<PythonApi>): Promise<string | undefined> {
  const environments = (await python.activate())?.environments;
  const active = environments?.getActiveEnvironmentPath?.(vscode.workspace.workspaceFolders?.[0]?.uri);
  if (active === undefined) {
    return undefined;
  }
  const resolved = await environments?.resolveEnvironment?.(active);
  const path = resolved?.executable?.uri?.fsPath ?? active.path;
  return typeof path === 'string' ? path : undefined;
}
