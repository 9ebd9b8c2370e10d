// Providers and models as the server's completion knows them, asked in a document that only the server sees.

import type { QuickPickItem, Uri } from 'vscode';
import type { CompletionItem, CompletionList } from 'vscode-languageclient';
import { MODELS_LANGUAGE } from './protocol';
import type { Server } from './server';

const SCRATCH_SCHEME = 'aloop-scratch';

/** Findings for such a document are for nobody. */
export function isScratch(uri: Uri): boolean {
  return uri.scheme === SCRATCH_SCHEME;
}

/** Providers are the completions that end in a slash; what is typed narrows them, for the server sends the first hundred. */
export async function providers(server: Server, typed: string): Promise<QuickPickItem[]> {
  const items = await completionsAfter(server, `models:\n  ${typed}`);
  return items.filter((item) => item.label.endsWith('/')).map((item) => row(item, (label) => label.slice(0, -1)));
}

export async function modelsOf(server: Server, provider: string, typed: string): Promise<QuickPickItem[]> {
  const items = await completionsAfter(server, `models:\n  ${provider}/${typed}`);
  return items.map((item) => row(item, (label) => (label.startsWith(`${provider}/`) ? label.slice(provider.length + 1) : label)));
}

function row(item: CompletionItem, shorten: (label: string) => string): QuickPickItem {
  return { label: shorten(item.label), description: item.detail ?? '' };
}

let documents = 0;

/** An empty list where the server cannot say: what is typed is always taken too. */
async function completionsAfter(server: Server, text: string): Promise<CompletionItem[]> {
  const uri = `${SCRATCH_SCHEME}:/${++documents}/.aloop/models.yaml`;
  try {
    const client = await server.start();
    const lines = text.split('\n');
    await client.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: MODELS_LANGUAGE, version: 1, text } });
    const position = { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
    const answer = await client.sendRequest<CompletionList | CompletionItem[] | null>('textDocument/completion', { textDocument: { uri }, position });
    await client.sendNotification('textDocument/didClose', { textDocument: { uri } });
    return answer === null ? [] : Array.isArray(answer) ? answer : answer.items;
  } catch {
    return [];
  }
}
