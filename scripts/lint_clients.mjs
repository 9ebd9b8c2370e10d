// Checks what Biome does not check: the Lua of the Neovim plugin (StyLua, luacheck) and the length of every line.
// `--fix` formats the Lua.

import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const WIDTH = 120;
const root = path.dirname(import.meta.dirname);
const extension = path.join(root, 'vscode-extension');
const stylua = createRequire(path.join(extension, 'package.json'))('@johnnymorganz/stylua');

function formatted(lua) {
  const config = stylua.Config.new();
  config.column_width = WIDTH;
  config.indent_type = stylua.IndentType.Spaces;
  config.indent_width = 2;
  config.quote_style = stylua.QuoteStyle.AutoPreferSingle;
  config.syntax = stylua.LuaVersion.LuaJIT;
  return stylua.formatCode(lua, config, undefined, stylua.OutputVerification.None);
}

function problemsOf(file, isFixed) {
  const text = fs.readFileSync(path.join(root, file), 'utf8');
  const found = [];
  const better = file.endsWith('.lua') ? formatted(text) : text;
  if (better !== text && isFixed) {
    fs.writeFileSync(path.join(root, file), better);
  } else if (better !== text) {
    const line = text.split('\n').findIndex((each, at) => each !== better.split('\n')[at]);
    found.push(`${file}:${line + 1}: not formatted. Run: make fix`);
  }
  for (const [at, line] of (isFixed ? better : text).split('\n').entries()) {
    if (line.length > WIDTH) {
      found.push(`${file}:${at + 1}: line too long (${line.length} > ${WIDTH})`);
    }
  }
  return found;
}

const folders = ['neovim', 'scripts', 'tests/editors', 'vscode-extension/src', 'vscode-extension/test'];
const files = folders
  .flatMap((folder) => fs.readdirSync(path.join(root, folder), { recursive: true }).map((name) => `${folder}/${name}`))
  .filter((file) => /\.(ts|mjs|lua)$/.test(file));
/** Whether luacheck finds no problem. It is a system package, so only CI requires it. */
function isLuaGood() {
  const { error, status } = spawnSync('luacheck', ['--quiet', 'neovim'], { cwd: root, stdio: 'inherit' });
  if (error !== undefined) {
    console.log('luacheck is not installed: Lua is not linted. Run: make editors');
    return !process.env.ALOOP_REQUIRE_ALL;
  }
  return status === 0;
}

const problems = files.flatMap((file) => problemsOf(file, process.argv.includes('--fix')));
console.log(problems.join('\n') || `${files.length} client files: no problems`);
process.exitCode = isLuaGood() && problems.length === 0 ? 0 : 1;
