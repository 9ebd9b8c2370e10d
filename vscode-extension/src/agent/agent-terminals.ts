// The terminals of this window in which agents run. Terminals that the extension opened have the name of the model.

import * as vscode from 'vscode';
import type { Session } from '../protocol';
import type { Server } from '../server';
import { agentNames, freeNumber, processName, terminalName } from './agent-names';
import { ancestors } from './processes';

/** A terminal that the extension opened for an agent. */
interface OwnTerminal {
  readonly number: number;
  /** The last name that the extension gave. */
  name: string;
  /** The name before, which VS Code reports for a moment after it was changed. */
  before: string;
  /** Whether its agent was seen; until then, the terminal keeps its first name. */
  hasAgent: boolean;
}

class AgentTerminals implements vscode.Disposable {
  private readonly own = new Map<vscode.Terminal, OwnTerminal>();
  /** The terminals by session ID. */
  private terminals = new Map<string, vscode.Terminal>();
  private names = new Map<string, string>();
  private turn = 0;
  private server: Server | undefined;
  private readonly changed = new vscode.EventEmitter<void>();
  private subscription: vscode.Disposable | undefined;

  /** Fires when an agent has another name. */
  readonly onDidChange = this.changed.event;

  /** Keeps the terminals up to date with the agents of the server's state. */
  follow(server: Server): vscode.Disposable {
    this.server = server;
    const update = (): void => void this.update();
    this.subscription = vscode.Disposable.from(
      server.onDidChange(update),
      vscode.window.onDidOpenTerminal(update),
      vscode.window.onDidChangeActiveTerminal(update),
      vscode.window.onDidCloseTerminal((terminal) => {
        this.own.delete(terminal);
        update();
      }),
    );
    return this;
  }

  dispose(): void {
    this.subscription?.dispose();
    this.changed.dispose();
  }

  /** Opens a terminal for an agent that starts with the model. */
  create(cwd: string, model: string | undefined): vscode.Terminal {
    const number = freeNumber([...this.own.values()].map((terminal) => terminal.number));
    const name = terminalName(number, model);
    // The Python extension types its own line into terminals that are visible at once; the agent would receive it.
    const terminal = vscode.window.createTerminal({ name, hideFromUser: true, cwd });
    this.own.set(terminal, { number, name, before: name, hasAgent: false });
    return terminal;
  }

  /** The agent's terminal, if it is in this window. */
  terminalOf(session: Pick<Session, 'id'>): vscode.Terminal | undefined {
    return this.terminals.get(session.id);
  }

  /** `aloop (2)`, the name of another terminal, or `agent 4711` for an agent outside of this window. */
  nameOf(session: Session): string {
    return this.names.get(session.id) ?? processName(session);
  }

  /** A message of the server with the names of the agents instead of their processes and folders. */
  withNames(message: string): string {
    return (this.server?.models?.sessions ?? []).reduce(
      (text, session) => text.replaceAll(`${processName(session)} in ${session.folder}`, () => this.nameOf(session)),
      message,
    );
  }

  private async update(): Promise<void> {
    this.turn += 1;
    const turn = this.turn;
    const sessions = this.server?.models?.sessions ?? [];
    const terminals = await this.find(sessions);
    if (turn !== this.turn) {
      return;
    }
    this.terminals = terminals;
    const names = agentNames(sessions, (session) => this.nameOfTerminal(terminals.get(session.id)));
    const isSame = names.size === this.names.size && [...names].every(([id, name]) => this.names.get(id) === name);
    this.names = names;
    this.renameActive(sessions);
    if (!isSame) {
      this.changed.fire();
    }
  }

  /** The terminals whose shell started the agents. */
  private async find(sessions: readonly Session[]): Promise<Map<string, vscode.Terminal>> {
    const shells = new Map<number, vscode.Terminal>();
    if (sessions.length > 0) {
      for (const terminal of vscode.window.terminals) {
        const pid = await terminal.processId;
        if (pid !== undefined) {
          shells.set(pid, terminal);
        }
      }
    }
    const found = new Map<string, vscode.Terminal>();
    for (const session of sessions) {
      const known = this.terminals.get(session.id);
      const shell = known ?? (await ancestors(session.pid)).map((pid) => shells.get(pid)).find(Boolean);
      if (shell !== undefined && vscode.window.terminals.includes(shell)) {
        found.set(session.id, shell);
      }
    }
    return found;
  }

  private nameOfTerminal(terminal: vscode.Terminal | undefined): string | undefined {
    const own = terminal && this.own.get(terminal);
    return own !== undefined && isNamedBy(terminal, own) ? terminalName(own.number) : terminal?.name;
  }

  /** VS Code can only rename the terminal in front: the others get their name when they come to the front. */
  private renameActive(sessions: readonly Session[]): void {
    const terminal = vscode.window.activeTerminal;
    const own = terminal && this.own.get(terminal);
    if (terminal === undefined || own === undefined || !isNamedBy(terminal, own)) {
      return;
    }
    const agent = sessions.find((session) => this.terminals.get(session.id) === terminal);
    own.hasAgent ||= agent !== undefined;
    const name = own.hasAgent ? terminalName(own.number, agent?.displayName ?? agent?.modelId ?? undefined) : own.name;
    if (name !== own.name) {
      own.before = own.name;
      own.name = name;
      void vscode.commands.executeCommand('workbench.action.terminal.renameWithArg', { name });
    }
  }
}

/** Whether the terminal still has a name of the extension, and not one that the user gave it. */
function isNamedBy(terminal: vscode.Terminal | undefined, { name, before }: OwnTerminal): boolean {
  return terminal?.name === name || terminal?.name === before;
}

export const agentTerminals = new AgentTerminals();
