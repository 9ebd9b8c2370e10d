// Terminals of this window carry the server's endpoint, so that agents started there find the window.

import type { Disposable, EnvironmentVariableCollection } from 'vscode';
import type { Server } from './server';

const VARIABLE = 'ALOOP_EDITOR';

export function keepTerminalsTold(server: Server, environment: EnvironmentVariableCollection): Disposable {
  environment.persistent = false;
  environment.description = 'Agents started here use the model chosen in this window';
  const update = (): void => {
    const experimental: unknown = server.greeting?.capabilities.experimental;
    const endpoint =
      typeof experimental === 'object' && experimental !== null && 'aloopEndpoint' in experimental
        ? experimental.aloopEndpoint
        : undefined;
    // While a server restarts the old address stays: VS Code marks every open terminal at each change.
    if (typeof endpoint === 'string' && environment.get(VARIABLE)?.value !== endpoint) {
      environment.replace(VARIABLE, endpoint);
    }
  };
  update();
  return server.onDidChange(update);
}
