// Writes dist/ThirdPartyNotices.txt, with the license texts of the packages that esbuild bundled, and
// dist/bundled-packages.json, which scripts/dependencies.py reads.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const PACKAGE = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;
const NOTICE = /^(?:licen[cs]e|copying|notice|thirdpartynotices)(?:-[\w.-]+)?(?:\.(?:md|txt))?$/i;
const LINE = '-'.repeat(80);

const { inputs, outputs } = JSON.parse(readFileSync('dist/extension.meta.json', 'utf8'));
const bundled = new Set(Object.values(outputs).flatMap((output) => Object.keys(output.inputs)));

// What the modules of each package import from other packages. The extension itself has the folder ''.
const imports = new Map([['', new Set()]]);
for (const module of bundled) {
  const folder = folderOf(module);
  const imported = imports.get(folder) ?? new Set();
  imports.set(folder, imported);
  for (const { path } of inputs[module].imports) {
    if (bundled.has(path) && folderOf(path) !== folder) {
      imported.add(folderOf(path));
    }
  }
}

const folders = [...imports.keys()].filter((folder) => folder !== '');
const byId = new Map(folders.map(describe).map((described) => [described.id, described]));
const packages = [...byId.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
const notices = packages.map(({ id, license, texts }) =>
  [`${LINE}\n${id} (${license})\n${LINE}`, ...texts].join('\n\n'),
);
const head = 'The extension contains these packages. Their licenses:';
writeFileSync('dist/ThirdPartyNotices.txt', `${[head, ...notices].join('\n\n')}\n`);
const listed = packages.map(({ name, version, license, requires }) => ({ name, version, license, requires }));
writeFileSync(
  'dist/bundled-packages.json',
  `${JSON.stringify({ requires: idsOf(imports.get('')), packages: listed }, undefined, 2)}\n`,
);

/** The folder of the package that a module is part of; '' for a module of the extension. */
function folderOf(module) {
  return PACKAGE.exec(module)?.[0] ?? '';
}

function describe(folder) {
  const { name, version, license } = manifestOf(folder);
  const id = `${name}@${version}`;
  const files = readdirSync(folder).filter((file) => NOTICE.test(file));
  if (typeof license !== 'string' || files.length === 0) {
    throw new Error(`${id} is bundled, but its package has no license or no file with the text of its license.`);
  }
  const texts = files.sort().map((file) => readFileSync(`${folder}/${file}`, 'utf8').replaceAll('\r', '').trim());
  return { id, name, version, license, texts, requires: idsOf(imports.get(folder)) };
}

function idsOf(packageFolders) {
  return [...packageFolders].map((folder) => `${manifestOf(folder).name}@${manifestOf(folder).version}`).sort();
}

function manifestOf(folder) {
  return JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
}
