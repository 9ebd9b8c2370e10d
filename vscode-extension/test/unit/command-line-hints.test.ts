// Messages of the server without advice about the command line.

import { expect, it } from 'vitest';
import { withoutCommandLine } from '../../src/command-line-hints';

it.each([
  [
    "There is no model 'x/y' in models.yaml. List the models: aloop models list",
    "There is no model 'x/y' in models.yaml.",
    ['Manage Models…'],
  ],
  [
    "There is no running agent 'abc'. List the agents: aloop models sessions",
    "There is no running agent 'abc'.",
    ['List Running Agents'],
  ],
  [
    'There is no models.yaml here. To create /w/.aloop/models.yaml, run: aloop models add x/y, or aloop models init',
    'There is no models.yaml here.',
    ['Add Model…'],
  ],
  [
    'models.yaml has the format of Continue. Convert it: aloop models import, or /model import. Nothing was changed.',
    'models.yaml has the format of Continue. Nothing was changed.',
    [],
  ],
  [
    '/w/x.yaml does not exist. Check the path, or create it: aloop models init',
    '/w/x.yaml does not exist.',
    ['Open models.yaml'],
  ],
  [
    '12 more problems in this file. To see all of them: aloop models check',
    '12 more problems in this file.',
    ['Check Models File'],
  ],
  [
    'GPT is the current model of aloop (2). Switch there to another model first, or force the removal.',
    'GPT is the current model of aloop (2). Switch there to another model first.',
    [],
  ],
  ['timeout must be a number: seconds.', 'timeout must be a number: seconds.', []],
  [
    'GPT-4o is not ready: it has no API key. Set its API key.',
    'GPT-4o is not ready: it has no API key. Set its API key.',
    [],
  ],
])('%s', (message, text, titles) => {
  const { text: shown, steps } = withoutCommandLine(message);
  expect(shown).toBe(text);
  expect(steps.map(({ title }) => title)).toEqual(titles);
});
