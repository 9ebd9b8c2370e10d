// Sets `ALOOP_EDITOR` in the terminals of this window to the server's endpoint, so that agents find the window.

import type { Disposable, EnvironmentVariableCollection } from 'vscode';
import type { Server } from './server';

const VARIABLE = 'ALOOP_EDITOR';

export function updateTerminalEnvironment(server: Server, environment: EnvironmentVariableCollection): Disposable {
  environment.persistent = false;
  environment.description = 'Agents started in this terminal use the model selected in this window.';
  const update = (): void => {
    const experimental: unknown = server.initializeResult?.capabilities.experimental;
    const endpoint =
      typeof experimental === 'object' && experimental !== null && 'aloopEndpoint' in experimental
        ? experimental.aloopEndpoint
        : undefined;
    // The old endpoint stays while the server restarts, because VS Code marks open terminals at each change.
    if (typeof endpoint === 'string' && environment.get(VARIABLE)?.value !== endpoint) {
      environment.replace(VARIABLE, endpoint);
    }
  };
  update();
  return server.onDidChange(update);
}
