// package.json offers exactly the commands that the source registers.

import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8');
const manifest = JSON.parse(read('package.json'));

it('lists in the palette what src/commands registers', () => {
  const registered = readdirSync(new URL('src/commands/', root)).flatMap((file) => [...read(`src/commands/${file}`).matchAll(/^ {2}id: '(aloop\.\w+)'/gm)].map((match) => match[1]));
  const offered = manifest.contributes.commands.map((command: { command: string }) => command.command);
  expect([...offered].sort()).toEqual([...registered].sort());
});

it('uses only settings that package.json documents', () => {
  const settings = Object.keys(manifest.contributes.configuration.properties);
  const used = [...read('src/server.ts').matchAll(/settings\.get\('([\w.]+)'/g), ...read('src/extension.ts').matchAll(/'aloop\.(server\.\w+)'/g)];
  expect(used.length).toBeGreaterThan(0);
  for (const [, name] of used) {
    expect(settings).toContain(`aloop.${name}`);
  }
});

it('has the version of the server', () => {
  const version = /^version = "(.+)"$/m.exec(read('../pyproject.toml'))?.[1];
  expect(manifest.version).toBe(version);
});
