// Creates the first models.yaml from the template with the command line: private, and ignored by git.

import { showResult, showWarning } from '../messages';
import { offerFirstModel } from '../model-picker';
import { findSibling, run } from '../programs';
import type { Server } from '../server';
import { ADD_MODEL, SHOW_LOG } from '../steps';
import { windowFolder } from './doctor';

/** Returns false if the file could not be created; the reason has been shown. */
export async function makeModelsFile(server: Server, file: string): Promise<boolean> {
  const program = findSibling(server.location?.path, 'aloop');
  if (program === undefined) {
    // Without the command line, adding the first model creates the file.
    await offerFirstModel();
    return false;
  }
  const ended = await run(program, ['models', 'init', '--config', file, '--json'], { cwd: windowFolder(server) });
  const answer = answerOf(ended.stdout);
  if (ended.code === 0) {
    showResult({ message: answer.message ?? `Created ${file}.` }, [ADD_MODEL]);
    return true;
  }
  server.log.error(`Could not create ${file}: ${ended.stderr.trim()}`);
  showWarning(answer.error?.message ?? `Could not create ${file}. See the log for details.`, [SHOW_LOG]);
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
