// The models that the user switched to, latest first, for the order of the pick list.

import type { Memento } from 'vscode';

const KEY = 'recentModels';
const MOST = 5;

class RecentModels {
  private memory: Memento | undefined;

  /** Keeps the list in the state of the workspace. */
  keepIn(memory: Memento): void {
    this.memory = memory;
  }

  get ids(): readonly string[] {
    return this.memory?.get<string[]>(KEY) ?? [];
  }

  async add(modelId: string): Promise<void> {
    await this.memory?.update(KEY, [modelId, ...this.ids.filter((id) => id !== modelId)].slice(0, MOST));
  }
}

export const recentModels = new RecentModels();
