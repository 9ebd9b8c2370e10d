// aloop.addModel: provider, then model, then key; the rest is the server's.

import { modelsOf, providers } from '../catalogue';
import { executeOrExplain, tell } from '../messages';
import { withFile } from '../model-picker';
import { pickOrType } from '../pick-or-type';
import type { CommandArguments, CommandResult } from '../protocol';
import type { Server } from '../server';
import { askKey } from './set-key';
import type { RegisteredCommand } from './registered';

const TITLE = 'Add Model';

export const addModel: RegisteredCommand = {
  id: 'aloop.addModel',
  async run(server, given) {
    const place = withFile(given);
    const modelId = place.modelId ?? (await askModelId(server));
    if (modelId === undefined) {
      return;
    }
    const fields = place.fields ?? (await askFields(modelId));
    if (fields === undefined) {
      return;
    }
    const args: CommandArguments = { ...place, modelId, fields };
    const result = await executeOrExplain<CommandResult>(server, 'aloop.addModel', args);
    if (result !== undefined) {
      await tell(result, { ...place, modelId });
    }
  },
};

async function askModelId(server: Server): Promise<string | undefined> {
  const provider = await pickOrType({
    title: `${TITLE} (1 of 3)`,
    placeHolder: 'Provider, such as anthropic, openai or ollama',
    rows: (typed) => providers(server, typed),
  });
  if (provider === undefined || provider.includes('/')) {
    return provider;
  }
  const model = await pickOrType({
    title: `${TITLE} (2 of 3): ${provider}`,
    placeHolder: `Model of ${provider}`,
    rows: (typed) => modelsOf(server, provider, typed),
  });
  if (model === undefined) {
    return undefined;
  }
  return model.startsWith(`${provider}/`) ? model : `${provider}/${model}`;
}

async function askFields(modelId: string): Promise<Record<string, unknown> | undefined> {
  const key = await askKey({ title: `${TITLE} (3 of 3): ${modelId}`, prompt: 'API key. Leave it empty where none is needed, or to add it later.', mayBeEmpty: true });
  if (key === undefined) {
    return undefined;
  }
  return key === '' ? {} : { api_key: key };
}
