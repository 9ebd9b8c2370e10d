// The protocol between the extension and the server: names of requests and types of their values.

import type { Verdict } from './live-check';

export const EXECUTE_COMMAND = 'workspace/executeCommand';
export const MODELS_CHANGED = 'aloop/modelsChanged';
export const MODELS_FILE_GLOB = '**/.aloop/models.yaml';
/** A language of its own keeps extensions for plain YAML, and their diagnostics, out of the file. */
export const MODELS_LANGUAGE = 'aloop-models';
/** The documents that the server serves: a file of `aloop.files` has the language too. */
export const MODELS_SELECTOR = [
  { scheme: 'file', pattern: MODELS_FILE_GLOB },
  { scheme: 'file', language: MODELS_LANGUAGE },
];

/** Commands of the server; each takes one object and returns one with a `message`. */
export type ServerCommand =
  | 'aloop.listModels'
  | 'aloop.switchModel'
  | 'aloop.addModel'
  | 'aloop.editModel'
  | 'aloop.removeModel'
  | 'aloop.copyModel'
  | 'aloop.setDefaultModel'
  | 'aloop.showModel'
  | 'aloop.reloadModels'
  | 'aloop.checkModels'
  | 'aloop.showRule'
  | 'aloop.formatModels'
  | 'aloop.importModels'
  | 'aloop.setKey'
  | 'aloop.protectFile'
  | 'aloop.listSessions'
  | 'aloop.complete'
  | 'aloop.parse'
  | 'aloop.checkField';

/** One entry of models.yaml. */
export interface Model {
  readonly modelId: string;
  readonly name: string | null;
  readonly displayName: string;
  readonly provider: string;
  readonly current: boolean;
  readonly default: boolean;
  /** Whether the next agent in this window will use it. */
  readonly selected: boolean;
  readonly ready: boolean;
  /** The reason, as the end of a sentence. An older server does not send it. */
  readonly notReady?: string | null;
  /** Context window and prices for people, or empty. An older server does not send it. */
  readonly facts?: string;
  /** A constant mask if the entry has an API key, never the key itself. */
  readonly apiKey: string | null;
}

/** A model as a command returns it. */
export interface DetailedModel extends Model {
  /** Provider, context window, prices, readiness and problems in one line. */
  readonly detail: string;
}

/** One running agent. */
export interface Session {
  readonly id: string;
  readonly kind: string;
  readonly modelId: string | null;
  readonly displayName: string | null;
  readonly folder: string;
  readonly pid: number;
  /** Whether a switch in this window can target it. */
  readonly switchable: boolean;
}

export function isSwitchable(session: Session): boolean {
  return session.switchable;
}

/** Why models.yaml cannot be used. */
export interface FileProblem {
  /** 1-based; null if the file cannot be read. */
  readonly line: number | null;
  /** One sentence that names the file and the line. */
  readonly message: string;
}

/** A file that was skipped because it is not safe to use. */
export interface SkippedFile {
  readonly file: string;
  readonly reason: string;
  readonly advice: string;
}

/** The state of the file in use and of the agents that use it. */
export interface ModelsState {
  readonly file: string | null;
  readonly uri: string | null;
  readonly default: string | null;
  readonly current: string | null;
  /** The model that the next agent in this window will use. */
  readonly choice: { readonly modelId: string; readonly displayName: string } | null;
  readonly sessions: readonly Session[];
  /** The text of the status bar: the models of the agents in this window or of the next one; empty without a model. */
  readonly label: string;
  /** While there is a `problem`: the models of the last valid version. */
  readonly models: readonly Model[];
  /** The number of models that are not in `models`, which has those in use; present only in a file of many models. */
  readonly moreModels?: number;
  /** Present only while the file cannot be used. */
  readonly problem?: FileProblem;
  /** Present only if a file was skipped. */
  readonly skipped?: readonly SkippedFile[];
  /** The catalog of facts about models; an older server does not send it. */
  readonly catalog?: {
    readonly litellm: string;
    readonly made: string;
    readonly origin: 'snapshot' | 'installed';
    readonly providers: number;
  };
}

export interface CommandResult {
  readonly message: string;
  /** Included in the message. */
  readonly warnings?: readonly string[];
  /** After a change of the file: whether it is on disk, or in the editor's unsaved text. */
  readonly saved?: boolean;
}

export type ImportModelsResult = CommandResult & { readonly added?: readonly string[] };

/** The IDs of the agents that were switched; none if the model is that of the next agent. */
export type SwitchResult = CommandResult & { readonly sessions?: readonly string[] };

export type AddModelResult = CommandResult & { readonly modelId?: string };

export type ShowModelResult = CommandResult &
  DetailedModel & {
    readonly fields: Readonly<Record<string, unknown>>;
    /** Why the model is not ready. */
    readonly notReady?: string | null;
    /** In tokens. */
    readonly contextWindow?: number | null;
    /** In US dollars per 1M tokens. */
    readonly inputPrice?: number | null;
    readonly outputPrice?: number | null;
    readonly roles?: readonly string[];
    /** The position as a fallback, starting at 1. */
    readonly fallback?: number | null;
    /** The IDs of the other entries with the same API key. */
    readonly sameKeyAs?: readonly string[];
  };

export type ListModelsResult = CommandResult &
  Omit<ModelsState, 'choice' | 'models' | 'sessions'> & { readonly models: readonly DetailedModel[] };

/** A rule of the checks. */
export interface Rule {
  readonly rule: string;
  readonly title: string;
  readonly severity: string;
}

/** One rule with the `file:` URL of its page, or all rules. */
export type ShowRuleResult = CommandResult & { readonly page?: string; readonly rules?: readonly Rule[] };

export type ListSessionsResult = CommandResult & { readonly sessions: readonly Session[] };

/** A possible next word, or a possible answer to a question. */
export interface Candidate {
  readonly value: string;
  readonly detail?: string;
  /** The readable name of a model, a provider or a file. */
  readonly label?: string;
  /** The field of the argument object for the value, if it is not the question's field. */
  readonly field?: string;
  /** For a field of an entry: whether its value is a secret. */
  readonly secret?: boolean;
  /** For a field of an entry: the allowed values, if not every value is. */
  readonly values?: readonly string[];
}

/** Input that a command needs before it can run. */
export interface Question {
  /** The field of the argument object for the answer, such as `apiKey` or `fields.api_key`. */
  readonly field: string;
  readonly prompt: string;
  readonly secret: boolean;
  /** False if null is a valid answer. */
  readonly required: boolean;
  readonly candidates?: readonly Candidate[];
  /** Whether only a candidate is an answer. */
  readonly choice?: boolean;
  /** An example, shown in the empty box. */
  readonly placeholder?: string;
  /** The text that is already in the box. */
  readonly initial?: string;
  /** A page that helps to answer, such as the one with the provider's keys. */
  readonly help?: Help;
}

export interface Help {
  readonly title: string;
  readonly url: string;
}

export type CheckFieldResult = CommandResult & Verdict;

/** The session ID that means all agents that a switch can target. */
export const ALL_SESSIONS = '*';

/** The argument object of a command; a code lens or a key binding may pass a part of it. */
export interface CommandArguments {
  readonly modelId?: string;
  readonly provider?: string;
  readonly ruleId?: string;
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly apiKey?: string;
  /** The entry whose API key the entry shares, so that the key itself is never sent. */
  readonly sameKeyAs?: string;
  /** Adds an ID whose provider is unknown or repeated. */
  readonly allowUnusualId?: boolean;
  /** For `aloop.protectFile`: do only this. */
  readonly gitignore?: boolean;
  readonly permissions?: boolean;
  readonly session?: string;
  readonly makeDefault?: boolean;
  /** For `aloop.checkModels`: IDs of rules that are not reported, with commas between them. */
  readonly disable?: string;
  readonly force?: boolean;
  /** For `aloop.importModels`: the path of the file to import. */
  readonly source?: string;
  /** For `aloop.copyModel`: which file gets the model; by default the other one of the two. */
  readonly to?: 'home' | 'project';
  /** For `aloop.importModels`: the text to import, instead of a file. */
  readonly text?: string;
  /** For `aloop.formatModels`: whether to change nothing. */
  readonly check?: boolean;
  /** For `aloop.parse`: the words as one line, quoted as in a shell. */
  readonly line?: string;
  /** For `aloop.complete` and `aloop.parse`: the name of the command and the words after it. */
  readonly words?: readonly string[];
  /** For `aloop.parse`: whether to refuse a model that is not in the file. */
  readonly strict?: boolean;
  /** For `aloop.complete`: the incomplete word. */
  readonly word?: string;
  /** For `aloop.checkField`: the field of the question, or the name of a field of an entry. */
  readonly field?: string;
  /** For `aloop.checkField`: the text as typed. */
  readonly value?: string;
  readonly uri?: string;
  /** Whether to refuse with a question (`needsInput`) if the command needs input. */
  readonly ask?: boolean;
}

export type CompleteResult = CommandResult & { readonly candidates: readonly Candidate[] };

export type ParseResult = CommandResult & { readonly argument: CommandArguments };
