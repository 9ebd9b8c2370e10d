// Makes the first models.yaml from the template, through the command line: private, and kept out of git.

import * as vscode from 'vscode';
import { offerFirstModel } from '../model-picker';
import { beside, run } from '../programs';
import type { Server } from '../server';
import { windowFolder } from './doctor';

/** False where it could not be made; why was said. */
export async function makeModelsFile(server: Server, file: string): Promise<boolean> {
  const program = beside(server.location?.path, 'aloop');
  if (program === undefined) {
    // A server without its command line still makes the file with the first model.
    await offerFirstModel();
    return false;
  }
  const ended = await run(program, ['models', 'init', '--config', file, '--json'], { cwd: windowFolder(server) });
  const answer = answerOf(ended.stdout);
  if (ended.code === 0) {
    void vscode.window.showInformationMessage(answer.message ?? `Created ${file}.`);
    return true;
  }
  server.log.appendLine(`aloop models init: ${ended.stderr.trim()}`);
  void vscode.window.showErrorMessage(answer.error?.message ?? `${file} could not be made. The log tells why.`);
  return false;
}

interface Answer {
  readonly message?: string;
  readonly error?: { readonly message?: string };
}

function answerOf(text: string): Answer {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    return {};
  }
}
