// package.json offers exactly the commands that the source registers.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8');
const manifest = JSON.parse(read('package.json'));

it('lists in the palette what src/commands registers', () => {
  const registered: (string | undefined)[] = readdirSync(new URL('src/commands/', root)).flatMap((file) =>
    [...read(`src/commands/${file}`).matchAll(/^ {2}id: '(aloop\.\w+)'/gm)].map((match) => match[1]),
  );
  const offered = manifest.contributes.commands.map((command: { command: string }) => command.command);
  expect([...offered].sort()).toEqual([...registered].sort());
});

it('uses only settings that package.json documents', () => {
  const settings = Object.keys(manifest.contributes.configuration.properties);
  const sources = readdirSync(new URL('src/', root), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const used = sources.flatMap((file) => [
    ...read(`src/${file}`).matchAll(
      /getConfiguration\('aloop'\)\.get\('([\w.]+)'|affectsConfiguration\('aloop\.([\w.]+)'/g,
    ),
  ]);
  expect(used.length).toBeGreaterThan(3);
  for (const [, read, watched] of used) {
    expect(settings).toContain(`aloop.${read ?? watched}`);
  }
});

it('documents every setting and command in the README', () => {
  const readme = read('README.md');
  for (const setting of Object.keys(manifest.contributes.configuration.properties)) {
    expect(readme).toContain(`\`${setting}\``);
  }
  for (const { title } of manifest.contributes.commands) {
    expect(readme).toContain(`aloop: ${title}`);
  }
});

it('has every picture that README and walk-through show', () => {
  const shown = [...read('README.md').matchAll(/\]\((images\/[\w-]+\.png)\)/g)].map((match) => match[1]);
  const steps = manifest.contributes.walkthroughs.flatMap((one: { steps: { media: { image: string } }[] }) =>
    one.steps.map((step) => step.media.image),
  );
  for (const file of [...shown, ...steps]) {
    expect(statSync(new URL(file, root)).size, file).toBeLessThan(200_000);
  }
  expect(shown.length).toBeGreaterThan(2);
});

it('links its walk-through to commands that it has', () => {
  const offered = manifest.contributes.commands.map((command: { command: string }) => command.command);
  for (const [, command] of JSON.stringify(manifest.contributes.walkthroughs).matchAll(
    /(?:command:|onCommand:)(aloop\.\w+)/g,
  )) {
    expect(offered).toContain(command);
  }
});

it('has the version of the server', () => {
  const version = /^version = "(.+)"$/m.exec(read('../pyproject.toml'))?.[1];
  expect(manifest.version).toBe(version);
});
