// Rules about files that nobody reads: which text has the format of models.yaml, and where such a file belongs.

/** A key `models` on the first level whose first entry is the ID of a model. */
const FORMAT = /^models:[ \t]*(?:#.*)?\r?\n(?:[ \t]*(?:#.*)?\r?\n)*[ \t]+(["']?)[\w-]+\/\S+?\1[ \t]*:(?=\s|$)/m;
const NAME = /^models?\.ya?ml$/i;

/** Whether a person may have meant the file to be a models.yaml, by its path with slashes and its text. */
export function isMisplaced(path: string, text: string): boolean {
  const [folder, name = ''] = path.split('/').slice(-2);
  return NAME.test(name) && (folder === '.aloop' || FORMAT.test(text));
}

/** The path where aloop reads the file: its own folder if that is `.aloop`, else the workspace folder or its own. */
export function readPath(path: string, folder: string | undefined): string {
  const own = path.slice(0, path.lastIndexOf('/'));
  return own.endsWith('/.aloop') ? `${own}/models.yaml` : `${folder ?? own}/.aloop/models.yaml`;
}

/** The path with `~` replaced by the home folder. */
export function expandHome(path: string, home: string): string {
  return path === '~' || /^~[\\/]/.test(path) ? home + path.slice(1) : path;
}

/** The path with the home folder replaced by `~`. */
export function shortenHome(path: string, home: string): string {
  return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}
