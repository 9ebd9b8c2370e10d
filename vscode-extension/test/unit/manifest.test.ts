// Compares package.json with the source, the README and the pictures.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { expect, it } from 'vitest';

const root = new URL('../../', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8');
const manifest = JSON.parse(read('package.json'));

interface MenuItem {
  readonly command: string;
  readonly when: string;
}
const menu = (place: string): MenuItem[] => manifest.contributes.menus[place];

it('lists what src/commands registers', () => {
  const registered: (string | undefined)[] = readdirSync(new URL('src/commands/', root)).flatMap((file) =>
    [...read(`src/commands/${file}`).matchAll(/(?:^ {2}id: |= on(?:File|Entry)\()'(aloop\.\w+)'/gm)].map(
      (match) => match[1],
    ),
  );
  const offered = manifest.contributes.commands.map((command: { command: string }) => command.command);
  // A quick fix runs it with the rule and the settings to change.
  offered.push('aloop.disableRule');
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
  const hidden = menu('commandPalette').filter((item) => item.when === 'false');
  for (const { command, title } of manifest.contributes.commands) {
    if (!hidden.some((item) => item.command === command)) {
      expect(readme).toContain(`aloop: ${title}`);
    }
  }
});

it('hides in the palette what only the context menu of an entry offers', () => {
  const hidden = menu('commandPalette').filter((item) => item.when === 'false');
  expect(menu('editor/context').map((item) => item.command)).toEqual(hidden.map((item) => item.command));
});

it('offers without a file what needs none', () => {
  const conditional = menu('commandPalette').map((item) => item.command);
  const always = manifest.contributes.commands
    .map(({ command }: { command: string }) => command.replace('aloop.', ''))
    .filter((command: string) => !conditional.includes(`aloop.${command}`));
  for (const command of ['addModel', 'importModels', 'openModels', 'startAgent', 'getStarted', 'setUpServer']) {
    expect(always).toContain(command);
  }
  for (const command of [
    'switchModel',
    'editModel',
    'removeModel',
    'copyModel',
    'setKey',
    'testModels',
    'reloadModels',
  ]) {
    expect(always).not.toContain(command);
  }
});

it('names existing commands in menus and key bindings', () => {
  const offered = manifest.contributes.commands.map((command: { command: string }) => command.command);
  const used = [...Object.values(manifest.contributes.menus).flat(), ...manifest.contributes.keybindings] as MenuItem[];
  for (const { command } of used) {
    expect(offered).toContain(command);
  }
  for (const { command } of menu('editor/title')) {
    const { icon } = manifest.contributes.commands.find((one: { command: string }) => one.command === command);
    expect(icon).toMatch(/^\$\([\w-]+\)$/);
  }
});

it('has every picture of the README and the walkthrough in dark and light', () => {
  const shown = [...read('README.md').matchAll(/images\/[\w-]+\.webp/g)].map(([file]) => file);
  const steps = manifest.contributes.walkthroughs.flatMap((one: { steps: { media: { image: object } }[] }) =>
    one.steps.flatMap((step) => Object.values(step.media.image)),
  );
  const inPackage = shown.map((file) => file.replace(/-(dark|light)\.webp$/, '.webp'));
  for (const file of [...shown, ...steps, ...inPackage]) {
    expect(statSync(new URL(file, root)).size, file).toBeLessThan(120_000);
  }
  const themes = (theme: string) => shown.filter((file) => file.endsWith(`-${theme}.webp`)).length;
  expect([themes('dark'), themes('light')]).toEqual([4, 4]);
});

it('links the walkthrough to existing commands', () => {
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
