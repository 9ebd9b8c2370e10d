// What goes over the wire between the extension and the server: names of requests and shapes of their values.

export const EXECUTE_COMMAND = 'workspace/executeCommand';
export const MODELS_CHANGED = 'aloop/modelsChanged';
export const MODELS_FILE_GLOB = '**/.aloop/models.yaml';
/** A language of its own keeps extensions for plain YAML, and their second findings, out of the file. */
export const MODELS_LANGUAGE = 'aloop-models';

/** Commands that the server answers; each takes one object and returns one with a `message`. */
export type ServerCommand =
  | 'aloop.listModels'
  | 'aloop.switchModel'
  | 'aloop.addModel'
  | 'aloop.editModel'
  | 'aloop.removeModel'
  | 'aloop.setDefaultModel'
  | 'aloop.showModel'
  | 'aloop.reloadModels'
  | 'aloop.checkModels'
  | 'aloop.setKey'
  | 'aloop.listSessions'
  | 'aloop.complete'
  | 'aloop.parse';

/** One entry of models.yaml; prices are US dollars per million tokens, `contextWindow` is in tokens. */
export interface Model {
  readonly modelId: string;
  readonly name: string | null;
  readonly displayName: string;
  readonly provider: string;
  readonly current: boolean;
  readonly default: boolean;
  /** The next agent of this window starts with it. */
  readonly selected: boolean;
  readonly ready: boolean;
  readonly notReady?: string | null;
  readonly contextWindow?: number | null;
  readonly inputPrice?: number | null;
  readonly outputPrice?: number | null;
  /** A constant mask where the entry has a key, never the key. */
  readonly apiKey: string | null;
  readonly problems?: number;
}

/** One running agent. */
export interface Session {
  readonly id: string;
  readonly kind: string;
  readonly modelId: string | null;
  readonly displayName: string | null;
  readonly folder: string;
  readonly pid: number;
  /** Whether a switch in this window can mean it. */
  readonly switchable: boolean;
}

export function isSwitchable(session: Session): boolean {
  return session.switchable;
}

/** Why models.yaml cannot be used as it is. */
export interface FileProblem {
  /** Counted from 1; null where the file cannot be read at all. */
  readonly line: number | null;
  /** One sentence that names the file and the line. */
  readonly message: string;
}

/** A file that is not used because it is not safe, and what to do to use it. */
export interface SkippedFile {
  readonly file: string;
  readonly reason: string;
  readonly advice: string;
}

/** All that the server tells about the file in use and who runs on it. */
export interface ModelsState {
  readonly file: string | null;
  readonly uri: string | null;
  readonly default: string | null;
  readonly current: string | null;
  /** The model chosen in this window for the next agent. */
  readonly choice: { readonly modelId: string; readonly displayName: string } | null;
  readonly sessions: readonly Session[];
  /** What the agents of this window use, or the next one will; empty where that is no model. */
  readonly label: string;
  /** Those of the last valid version while there is a `problem`. */
  readonly models: readonly Model[];
  /** There only while the file cannot be used. */
  readonly problem?: FileProblem;
  /** There only if a file was skipped in the search for the one in use. */
  readonly skipped?: readonly SkippedFile[];
  /** Where the facts about models are from; an older server does not say. */
  readonly catalog?: {
    readonly litellm: string;
    readonly made: string;
    readonly origin: 'snapshot' | 'installed';
    readonly providers: number;
  };
}

export interface CommandResult {
  readonly message: string;
  /** Stand in the message too. */
  readonly warnings?: readonly string[];
}

export type AddModelResult = CommandResult & { readonly modelId?: string };

export type ShowModelResult = CommandResult &
  Model & {
    readonly fields: Readonly<Record<string, unknown>>;
    /** The ids of the other entries with the same key. */
    readonly sameKeyAs?: readonly string[];
  };

export type ListModelsResult = CommandResult & Omit<ModelsState, 'choice' | 'sessions'>;

export type ListSessionsResult = CommandResult & { readonly sessions: readonly Session[] };

/** One word that could come next, or one answer to a question. */
export interface Candidate {
  readonly value: string;
  readonly detail?: string;
  /** Where the value goes in the argument object, if not to the question's field. */
  readonly field?: string;
}

/** What the server has to be told before a command can run. */
export interface Question {
  /** Where the answer goes in the argument object, such as `apiKey` or `fields.api_key`. */
  readonly field: string;
  readonly prompt: string;
  readonly secret: boolean;
  /** False where null is an answer. */
  readonly required: boolean;
  readonly candidates?: readonly Candidate[];
}

/** Names all agents that a switch can mean. */
export const ALL_SESSIONS = '*';

/** The one argument object of a command; a code lens or a key binding may fill in a part of it. */
export interface CommandArguments {
  readonly modelId?: string;
  readonly provider?: string;
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly apiKey?: string;
  /** The entry whose key the new one uses, too: so the key never comes here. */
  readonly sameKeyAs?: string;
  /** Adds an id although its provider is unknown or written twice. */
  readonly allowUnusualId?: boolean;
  readonly session?: string;
  readonly makeDefault?: boolean;
  readonly force?: boolean;
  /** Of `aloop.parse`: the same words in one text, with quotes as in a shell. */
  readonly line?: string;
  /** Of `aloop.complete` and `aloop.parse`: the command's verb, then the words after it. */
  readonly words?: readonly string[];
  /** Of `aloop.complete`: the word that is begun. */
  readonly word?: string;
  readonly uri?: string;
  /** Refuse with a question (`needsInput`) where something has to be asked first. */
  readonly ask?: boolean;
}

export type CompleteResult = CommandResult & { readonly candidates: readonly Candidate[] };

export type ParseResult = CommandResult & { readonly argument: CommandArguments };
