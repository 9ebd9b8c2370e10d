"""Which names of files keep them from the tools of a model, and which do not."""

from __future__ import annotations

from pathlib import PurePath

import pytest

from aloop_models.agent.private_files import may_contain_keys

PRIVATE = """
.envrc prod.env .flaskenv .env .env.local .env.production .ENV secrets.yaml secrets.toml secrets.json secrets.yml
.streamlit/secrets.toml service-account.json gcp-key.json terraform.tfstate terraform.tfstate.backup terraform.tfvars
prod.auto.tfvars id_dsa id_rsa id_rsa.bak deploy_rsa github_ed25519 a.ppk a.kdbx a.jks a.pkcs12 a.asc a.pem a.key a.p12
_netrc .netrc .yarnrc.yml .npmrc .my.cnf .dockercfg .docker/config.json kubeconfig .kube/config .vault-token .htpasswd
.s3cfg .boto .config/gh/hosts.yml .huggingface/token .cache/huggingface/token .bash_history .zsh_history
.python_history .node_repl_history .psql_history .sqlite_history .irb_history .local/share/fish/fish_history
.lesshst .viminfo .claude.json .mcp.json auth.json .codex/auth.json .cursor/mcp.json .aloop/models.yaml models.yml
models.yaml models.yaml.bak models.yaml~ .models.yaml.swp #models.yaml# .#models.yaml models.yaml.1-0.tmp
models.sync-conflict-20260101-120000-ABCDEFG.yaml sub/.models.yaml.swo .env.swp .env~ .secrets.toml.swp Secrets.YAML
.local/state/aloop-models/history .local/state/aloop-models/conversations/0.json
.git/config .ssh/config .aws/credentials .azure/accessTokens.json .gnupg/secring.gpg
.cargo/credentials.toml .gem/credentials .m2/settings.xml .kaggle/kaggle.json .pypirc .pgpass .git-credentials
credentials.json client_secret_1.json token.json token.txt .databrickscfg .dev.vars wp-config.php
master.key .aider.conf.yml secrets.py secret.js credentials.go secrets.md
.config/gcloud/access_tokens.db application_default_credentials.json .config/github-copilot/apps.json
SERVICE-ACCOUNT.JSON
local.settings.json sftp-config.json my-secrets.yaml api_keys.txt .terraform.d/credentials.tfrc.json
"""
PUBLIC = """
README.md src/main.py src/token.ts src/test_credentials.py private_key.go
 .env.example .env.sample secrets.example.yaml id_rsa.pub models.yaml.example
tsconfig.json package.json config.yaml models.py app/models/user.rb docs/history.md terraform.tf keyboard.json
environment.yml src/auth.js tests/test_tokens.py pyproject.toml .gitignore Makefile key.ts CHANGELOG.md tokenizer.json
data/model.yaml.md src/history.ts monkey.json
"""


@pytest.mark.parametrize("path", PRIVATE.split())
def test_a_file_that_usually_contains_keys(path: str) -> None:
    assert may_contain_keys(PurePath(path))
    assert may_contain_keys(PurePath("sub", path.upper()))


@pytest.mark.parametrize("path", PUBLIC.split())
def test_a_file_that_usually_does_not(path: str) -> None:
    assert not may_contain_keys(PurePath(path))
