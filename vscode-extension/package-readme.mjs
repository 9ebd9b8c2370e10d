// Writes dist/README.md for the package. VS Code's extension page shows no relative paths and no <picture>, only data:
// and https: images, and has no way to choose one by theme: each picture becomes one that shows both themes.

import { readFileSync, writeFileSync } from 'node:fs';

const PICTURE = /<picture>\s*<source [^>]*>\s*<img src="(images\/[\w-]+)-light\.webp"([^>]*)>\s*<\/picture>/g;

const readme = readFileSync('README.md', 'utf8').replaceAll(PICTURE, (_all, name, attributes) => {
  const data = readFileSync(`${name}.webp`).toString('base64');
  return `<img src="data:image/webp;base64,${data}"${attributes}>`;
});
const [relative] = /(?:src|srcset)="(?!data:|https:)[^"]*"|\]\((?!https:|#)[^)]*\)/.exec(readme) ?? [];
if (relative !== undefined) {
  throw new Error(`README.md: not a picture in both themes or an https: link: ${relative}`);
}
writeFileSync('dist/README.md', readme);
