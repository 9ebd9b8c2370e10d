// Providers and models as the server's completion knows them, asked in a document that only the server sees.

import type { Uri } from 'vscode';
import type { CompletionItem, CompletionList } from 'vscode-languageclient';
import type { PickRow } from './pick-or-type';
import { MODELS_LANGUAGE } from './protocol';
import type { Server } from './server';

const SCRATCH_SCHEME = 'aloop-scratch';

/** Findings for such a document are for nobody. */
export function isScratch(uri: Uri): boolean {
  return uri.scheme === SCRATCH_SCHEME;
}

/** What the server offers for a new id, best first: providers, which end in a slash, and models. */
export async function newIds(server: Server, typed: string): Promise<PickRow[]> {
  return (await completionsAfter(server, `models:\n  ${typed}`)).map(row);
}

/**
 * The label is an icon alone: while one types, VS Code would sort rows whose label matches from A to Z, and hide the
 * others. So the order is the server's: newest first, those that retire last.
 */
function row(item: CompletionItem): PickRow {
  const isProvider = item.label.endsWith('/');
  const text = isProvider ? item.label.slice(0, -1) : item.label;
  return {
    label: isProvider ? '$(server)' : '$(sparkle)',
    description: [text, ...(item.detail && item.detail !== text ? [item.detail] : [])].join(' · '),
    alwaysShow: true,
    value: item.label,
  };
}

let documents = 0;

/** An empty list where the server cannot say: what is typed is always taken too. */
async function completionsAfter(server: Server, text: string): Promise<CompletionItem[]> {
  const uri = `${SCRATCH_SCHEME}:/${++documents}/.aloop/models.yaml`;
  try {
    const client = await server.start();
    const lines = text.split('\n');
    await client.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: MODELS_LANGUAGE, version: 1, text },
    });
    const position = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
    const answer = await client.sendRequest<CompletionList | CompletionItem[] | null>('textDocument/completion', {
      textDocument: { uri },
      position,
    });
    await client.sendNotification('textDocument/didClose', { textDocument: { uri } });
    return answer === null ? [] : Array.isArray(answer) ? answer : answer.items;
  } catch {
    return [];
  }
}
