# Development tasks. Every target installs what it needs; `make` lists them.
.DEFAULT_GOAL := help
.PHONY: help demo test test-extension fuzz soak mutate fix check check-code check-clients bench editors package licenses audit pictures try clean

# Without compiled modules, each program that a test starts would compile the whole package.
unexport PYTHONDONTWRITEBYTECODE

# The date of all files in the packages, so that the same source gives the same bytes; what hatchling uses too.
export SOURCE_DATE_EPOCH ?= 1580601600

PYTHON ?= python3
BIN := .venv/bin
BASE := .venv/.base
DEV := .venv/.dev
MUTATION := .venv/.mutation
PEERS := bench/node_modules/.stamp
EXTENSION := vscode-extension/node_modules/.stamp
AUDIT := .venv/.audit/bin/pip-audit
BIOME := vscode-extension/node_modules/.bin/biome

help:
	@echo "make demo     show what the language server does (FILE=path: with a copy of your file)"
	@echo "make try      edit the example in a real Neovim (FILE=path: a copy of your file)"
	@echo "make test     run all tests"
	@echo "make fuzz     check the laws of texts, quick fixes and sessions with random input (SECONDS=600)"
	@echo "make soak     change files in every way, and state what was done and what it cost (SECONDS=300)"
	@echo "make mutate   change the code in many places, and list the changes that no test notices (PACKAGE=core)"
	@echo "make check    check format, lint, types, layers and generated files"
	@echo "make fix      format, and fix lint errors automatically"
	@echo "make bench    compare speed and memory with yaml-language-server (ARGS=--quick: a short run)"
	@echo "make editors  install VS Code, Neovim, Emacs, luacheck, zsh and fish for the tests"
	@echo "make pictures render the scenes in VS Code, in three themes, and renew the pictures of the README"
	@echo "make package  build the wheel, the .vsix and their SBOM in dist/"
	@echo "make licenses list the licenses of all packages that users install (ARGS=--all: and of our tools)"
	@echo "make audit    look for known vulnerabilities in the packages that users install (needs the network)"
	@echo "make clean    delete everything that these targets install or build"

$(BASE): pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -e .
	@touch $(BASE)

$(DEV): pyproject.toml constraints.txt $(BASE)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt -e ".[agent,dev]"
	@touch $(DEV)

$(MUTATION): $(DEV)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt -e ".[agent,dev,mutation]"
	@touch $(MUTATION)

$(PEERS): bench/package.json
	npm install --prefix bench --ignore-scripts --no-save --silent
	@touch $(PEERS)

$(EXTENSION): vscode-extension/package.json
	npm install --prefix vscode-extension --ignore-scripts --no-save --silent
	@touch $(EXTENSION)

demo: $(BASE)
	@$(BIN)/python scripts/demo.py $(FILE)

try: $(BASE)
	@$(BIN)/python scripts/try.py $(FILE)

# With several jobs (`make --jobs=3 editors check test`), the editors are installed while the code is checked.
test: | $(filter editors check,$(MAKECMDGOALS))
check-clients: | $(filter editors,$(MAKECMDGOALS))

# MAKEFLAGS: what a test starts with make has no part in the jobs of this one.
test: $(DEV) $(PEERS) $(EXTENSION)
	MAKEFLAGS= $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder -q
	$(MAKE) test-extension

test-extension: $(EXTENSION)
	npm run --prefix vscode-extension --silent test

SECONDS ?= 60
fuzz: $(DEV)
	$(BIN)/python scripts/fuzz.py $(SECONDS)
	$(BIN)/python -m pytest -n 2 --dist loadfile -q -m hypothesis --hypothesis-profile=random

soak: $(DEV)
	$(BIN)/python scripts/soak.py $(SECONDS)

PACKAGE ?= core
mutate: $(MUTATION)
	$(BIN)/python scripts/mutate.py $(PACKAGE) $(ARGS)

fix: $(DEV) $(EXTENSION)
	$(BIN)/ruff check --fix server tools tests bench scripts
	$(BIN)/ruff format server tools tests bench scripts
	$(BIOME) check --write --error-on-warnings
	node scripts/lint_clients.mjs --fix

check: check-code check-clients

check-code: $(DEV) $(EXTENSION)
	$(BIN)/ruff check server tools tests bench scripts
	$(BIN)/ruff format --check server tools tests bench scripts
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/python scripts/make_catalog.py --check
	$(BIN)/python scripts/make_rules_docs.py --check
	$(BIN)/python scripts/make_cli_docs.py --check
	npm run --prefix vscode-extension --silent lint
	$(BIOME) check --error-on-warnings

check-clients: $(EXTENSION)
	node scripts/lint_clients.mjs

bench: $(DEV) $(PEERS) package
	$(BIN)/python -m bench $(ARGS)

editors:
	bash scripts/install_editors.sh

package: $(DEV) $(EXTENSION)
	rm -f dist/*.whl vscode-extension/dist/*.whl
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .
	mkdir -p vscode-extension/dist
	cp dist/*.whl vscode-extension/dist/
	npm run --prefix vscode-extension --silent package
	$(BIN)/python scripts/normalize_vsix.py vscode-extension/dist/aloop-models.vsix dist/aloop-models.vsix
	$(BIN)/python scripts/dependencies.py sbom

licenses: $(DEV) $(PEERS) $(EXTENSION)
	@npm run --prefix vscode-extension --silent vscode:prepublish
	@$(BIN)/python scripts/dependencies.py licenses $(ARGS)

# Not in .venv, because its requirements are newer or older than ours.
$(AUDIT):
	$(PYTHON) -m venv .venv/.audit
	.venv/.audit/bin/pip install --quiet --disable-pip-version-check pip-audit || \
	  { echo "make audit needs the network: PyPI did not answer."; exit 1; }

audit: $(DEV) $(EXTENSION) $(AUDIT)
	@npm run --prefix vscode-extension --silent vscode:prepublish
	@$(BIN)/python scripts/audit.py $(AUDIT)

pictures: $(DEV) $(EXTENSION) editors
	rm -rf dist/pictures
	mkdir -p dist/pictures
	ALOOP_PICTURES=dist/pictures $(BIN)/python -m pytest -q tests/editors/test_vscode.py -k test_pictures
	@for picture in vscode-extension/images/*.webp; do cp dist/pictures/$$(basename $$picture) $$picture; done
	@echo "Open dist/pictures/index.html to look at them all."

clean:
	rm -rf .venv .editors bench/node_modules vscode-extension/node_modules vscode-extension/dist dist
