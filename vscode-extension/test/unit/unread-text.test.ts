// Files that nobody reads: how they are recognized, and where they belong.

import { expect, it } from 'vitest';
import { expandHome, isMisplaced, readPath, shortenHome } from '../../src/unread-text';

const MODELS = '# mine\nmodels: # all\n\n  # first\n  openai/gpt-5.5:\n    api_key: x\n';

it.each([
  ['/w/.aloop/models.yml', '', true],
  ['/w/.aloop/model.yaml', '', true],
  ['/w/.aloop/Models.yaml', '', true],
  ['/w/.aloop/other.yaml', MODELS, false],
  ['/w/models.yaml', MODELS, true],
  ['/w/models.yaml', MODELS.replaceAll('\n', '\r\n'), true],
  ['/w/config/models.yml', 'models:\n  "ollama/llama3.1:8b": {}\n', true],
  ['/w/config/models.yml', 'default: x\nmodels:\n    a/b:\n', true],
  ['/w/models.yaml', 'models:\n  - name: orders\n    columns: []\n', false],
  ['/w/models.yaml', 'models:\n  orders:\n    table: x\n', false],
  ['/w/models.yaml', 'version: 2\n', false],
  ['/w/compose.yaml', MODELS, false],
])('%s is misplaced: %#', (path, text, expected) => {
  expect(isMisplaced(path, text)).toBe(expected);
});

it.each([
  ['/w/.aloop/models.yml', '/w', '/w/.aloop/models.yaml'],
  ['/w/sub/.aloop/Models.yaml', '/w', '/w/sub/.aloop/models.yaml'],
  ['/w/config/models.yaml', '/w', '/w/.aloop/models.yaml'],
  ['/x/models.yaml', undefined, '/x/.aloop/models.yaml'],
])('%s in the folder %s belongs to %s', (path, folder, expected) => {
  expect(readPath(path, folder)).toBe(expected);
});

it('writes the home folder as ~', () => {
  expect(expandHome('~/.ouro/models.yaml', '/home/me')).toBe('/home/me/.ouro/models.yaml');
  expect(expandHome('~x/models.yaml', '/home/me')).toBe('~x/models.yaml');
  expect(shortenHome('/home/me/.ouro/models.yaml', '/home/me')).toBe('~/.ouro/models.yaml');
  expect(shortenHome('/home/mea/models.yaml', '/home/me')).toBe('/home/mea/models.yaml');
});
