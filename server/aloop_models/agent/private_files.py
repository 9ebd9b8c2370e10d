"""Names of files that usually contain keys, which no tool of a model reads.

Sources:
    - the names in `core/signatures.go` of gitrob (https://github.com/michenriksen/gitrob), without those of logs,
      databases and source code,
    - the files with secrets in GitHub's templates (https://github.com/github/gitignore),
    - for other tools, where their documentation says that they store keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import translate
from pathlib import PurePath

from aloop_models.workspace.copies import is_copy
from aloop_models.workspace.locate import CONFIG_PATH

FOLDERS = frozenset(
    {
        *(".git", ".aloop", ".ssh", ".gnupg", ".aws", ".azure", ".kube", ".docker", ".gcloud", ".huggingface"),
        *(".password-store", ".vault", ".oci", ".bluemix", ".chef", ".snowsql", ".databricks", ".cloudflared"),
        *("*.agilekeychain", "*.keychain", "*.tblk"),
    }
)
"""Folders in which every file is private."""

PATHS = (
    *(".config/gh", ".config/gcloud", ".config/hub", ".config/rclone", ".config/doctl", ".config/github-copilot"),
    *(".config/io.datasette.llm", ".config/anthropic", ".config/openai", ".config/op", ".config/sops", ".config/pip"),
    *(".local/share/keyrings", ".local/state/aloop-models", "library/application support/aloop-models"),
    *(".cache/huggingface/token", ".cache/huggingface/stored_tokens", ".cargo/credentials", ".cargo/credentials.toml"),
    *(".gem/credentials", ".m2/settings.xml", ".m2/settings-security.xml", ".kaggle/kaggle.json", ".pip/pip.conf"),
    *(".composer/auth.json", ".pulumi/credentials.json", ".terraform.d/credentials.tfrc.json", ".fly/config.yml"),
    *(".netlify/config.json", ".vercel/auth.json", ".railway/config.json", ".ngrok2/ngrok.yml", ".dbt/profiles.yml"),
    *(".continue/config.json", ".continue/config.yaml", ".gemini/oauth_creds.json", ".gemini/settings.json"),
    *(".codex/config.toml", ".cursor/mcp.json", ".claude/settings.local.json", ".purple/accounts.xml"),
    *(".irssi/config", ".recon-ng/keys.db", ".gradle/gradle.properties", ".config/opencode", ".config/goose"),
)
"""Ends or parts of paths."""

FILES = (
    # models.yaml; `is_copy` knows the copies.
    *("models.yaml*", "models.yml*", ".models.y*", "#models.y*", ".#models.y*", "models.sync-conflict*"),
    # environments
    *(".env", ".env.*", ".env-*", ".env_*", "*.env", "*.env.*", ".envrc", ".flaskenv", ".dev.vars", ".dev.vars.*"),
    *(".exports", ".extra", ".direnvrc", "env.local", "local.settings.json", "settings.local.json"),
    # private keys and keystores
    *("*.pem", "*.key", "*.keypair", "*.p12", "*.pfx", "*.pkcs12", "*.pkcs8", "*.p8", "*.pk8", "*.ppk", "*.jks"),
    *("*.jceks", "*.bks", "*.keystore", "*.keyring", "*.kdbx", "*.kdb", "*.psafe3", "*.kwallet", "*.opvault"),
    *("*.agilekeychain", "*.keychain", "*.keychain-db", "*.bek", "*.tpm", "*.fve", "*.asc", "*.gpg", "*.pgp"),
    *("*.ovpn", "*.tblk", "*.rdp", "*.age", "*.agekey", "*.mobileprovision", "key.properties", "keystore.properties"),
    *("*_rsa", "*_dsa", "*_ecdsa", "*_ed25519", "*_ecdsa_sk", "*_ed25519_sk", "id_rsa*", "id_dsa*", "id_ed25519*"),
    *("id_ecdsa*", "otr.private_key", "privatekey*", "private_key*", "private-key*", "wg[0-9]*.conf"),
    # passwords and tokens of programs
    *(".netrc", "_netrc", ".netrc.*", ".authinfo", ".npmrc", ".yarnrc", ".yarnrc.yml", ".pypirc", "pip.conf"),
    *(".pgpass", "pgpass.conf", ".my.cnf", ".mylogin.cnf", ".muttrc", ".msmtprc", ".fetchmailrc", ".s3cfg", ".boto"),
    *(".passwd-s3fs", ".rclone.conf", "rclone.conf", ".htpasswd", ".htdigest", ".dockercfg", ".dockerconfigjson"),
    *("kubeconfig", "kubeconfig.*", "*.kubeconfig", "kubeconfig-*", ".vault-token", ".vault_pass*", "vault_pass*"),
    *(".git-credentials", ".gitcookies", ".gitrobrc", ".trc", ".tugboat", ".sentryclirc", ".databrickscfg"),
    *(".condarc", "nuget.config", "*.publishsettings", "*.pubxml.user", "*.cscfg", "sftp-config.json", "sftp.json"),
    *("filezilla.xml", "recentservers.xml", "sitemanager.xml", "robomongo.json", "*dbeaver-data-sources.xml"),
    *("proftpdpasswd", "ventrilo_srv.ini", "knife.rb", "secret_token.rb", "credentials.xml", "master.key"),
    *("wp-config.php", "localsettings.php", "configuration.user.xpl", "favorites.plist", "hosts.toml", ".terraformrc"),
    *("terraform.rc", "*.tfstate", "*.tfstate.*", "*.tfvars", "*.tfvars.json", "kaggle.json", "ngrok.yml"),
    *("jenkins.plugins.publish_over_ssh*.xml", "application_default_*.json", "google-services.json"),
    *("googleservice-info.plist", "*firebase-adminsdk*.json", ".aider.conf.yml", ".openai_api_key", ".anthropic"),
    # words
    *("credential", "credentials", "credentials.*", ".credentials*", "*.credentials", "*-credentials.*"),
    *("*_credentials.*", "client_secret*", "client-secret*", "secret", "secrets", "secret.*", "secrets.*"),
    *("*.secret", "*.secrets", "*.secret.*", "*.secrets.*", ".secret*", "*-secrets.y*ml", "*-secret.y*ml"),
    *("token", "tokens", ".token", ".tokens", "token.json", "tokens.json", "token.txt", ".*_token", ".*-token"),
    *("password", "passwords", ".password*", "passwords.*", "password.txt", ".passwd", "passwd", "shadow"),
    *("api_key", "api_keys", "apikey", "apikeys", ".api_key*", "api_key*.txt", "api-key*.txt", "apikey*.txt"),
    *("api_keys.*", "api-keys.*", "apikeys.*", "keys.json", "keys.txt", "keys.y*ml", "keys.toml"),
    *("service-account*.json", "service_account*.json", "serviceaccount*.json", "*-key.json", "*_key.json"),
    *("gcp-key*", "*-sa.json", "auth.json", ".auth.json", "auth.toml", "oauth_creds.json", "oauth*.json"),
    *(".claude.json", ".claude.json.*", ".mcp.json", "mcp.json", "mcp_config.json", "claude_desktop_config.json"),
    # histories, in which people type keys
    *("history", ".history", "*_history", "*_history.*", "*-history", ".*history", ".zhistory", ".lesshst"),
    *(".viminfo", "_viminfo", "*.shada", "consolehost_history.txt", "fish_history", ".node_repl_history"),
)
"""Names of files, ignoring case, as in `fnmatch`."""

PUBLIC_FILES = (
    *(".env.example", ".env.sample", ".env.template", ".env.dist", ".env.defaults", ".env.*.example"),
    *("*.pub", "*example.env", "*sample.env", "*template.env", "example.env.*", "*.env.example", "*.env.sample"),
    *("*.example", "*.example.*", "*.sample", "*.template", "*.dist"),
)
"""Examples, which may have such a name and do not contain keys."""

_SOURCE = re.compile(
    r"(?!(?:secrets?|credentials|passwords)\.).*"
    r"\.(?:md|rst|py|pyi|js|mjs|ts|tsx|jsx|go|rs|java|kt|c|h|cpp|cs|swift|html|css|lua|el|vim)"
)
"""Matches documentation and source code about keys, such as `test_credentials.py`; not `secrets.py` itself."""

_EDITOR_COPY = re.compile(r"[.#~]*(.+?)(?:~|\.sw[a-p]|\.swo|\.bak\d*|\.backup|\.orig|\.old|\.save|\.tmp|\.\d+|#)*")
"""Matches the name of a copy that an editor or a person makes; the group is the name of the file."""


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(translate, sorted(patterns))))


_FOLDERS, _FILES, _PUBLIC = _any_of(FOLDERS), _any_of(FILES), _any_of(PUBLIC_FILES)


def is_private_folder(name: str) -> bool:
    """Return whether every file in a folder with this name is private."""
    return _FOLDERS.match(name.casefold()) is not None


def may_contain_keys(path: PurePath) -> bool:
    """Return whether a file at this path, relative to the workspace, usually contains keys; ignores case."""
    *folders, name = path.parts or ("",)
    if any(map(is_private_folder, (*folders, name))):
        return True
    whole = f"/{path.as_posix()}/".casefold()
    if any(f"/{private}/" in whole for private in PATHS):
        return True
    name = name.casefold()
    if is_copy(name, CONFIG_PATH.name):
        return True
    copied = _EDITOR_COPY.fullmatch(name)
    names = {name, copied[1], f".{copied[1]}"} if copied else {name}
    is_public = _PUBLIC.match(name) or _SOURCE.fullmatch(name)
    return not is_public and any(map(_FILES.match, names))
