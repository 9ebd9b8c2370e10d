"""Names of files that usually contain keys, which no tool of a model reads.

Sources:
    - the names in `core/signatures.go` of gitrob (https://github.com/michenriksen/gitrob), without those of logs,
      journals and database dumps,
    - the files with secrets in GitHub's templates (https://github.com/github/gitignore),
    - for other tools, where their documentation says that they store keys, and the files that they create,
    - words such as `secret`, `password` and `api_key`, in names of files that are not source code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import translate
from functools import cache, lru_cache
from pathlib import PurePath

from aloop_models.core.lazy_re import lazy_re
from aloop_models.workspace.copies import is_copy
from aloop_models.workspace.locate import CONFIG_PATH

FOLDERS = frozenset(
    {
        *(".git", ".aloop", ".ssh", ".gnupg", ".aws", ".kube", ".gcloud", ".huggingface"),
        *(".password-store", ".vault", ".oci", ".bluemix", ".chef", ".snowsql", ".databricks", ".cloudflared"),
        *(".codeium", ".mc", ".hcloud", ".linode", ".scw", ".subversion", ".jira.d", ".metamask"),
        *(".snowflake", ".weechat", ".lnd", ".bitcoin", ".electrum", ".ethereum", ".acme.sh", ".lego", ".ouro"),
        *(".ssh2", ".aliyun", ".tccli", ".ibmcloud", ".exoscale", ".near-credentials", ".gsutil", ".passage", ".lpass"),
        *(".op", ".gdrive", ".signal-cli", ".telegram-cli", ".rancher", ".continuum", ".deta", ".scalingo", ".n8n"),
        *(".elvish", ".vdirsyncer", ".mutt", ".bash_sessions", ".zsh_sessions", ".specstory"),
        *(".secret", ".secrets", ".private", ".credentials", ".envs", "*.agilekeychain", "*.keychain", "*.tblk"),
    }
)
"""Folders in which every file is private."""

HOME_FOLDERS = frozenset({".azure", ".docker", ".jupyter", ".stripe"})
"""Folders in the home folder in which every file is private. In those of a project, the files of `PATHS` are."""

SECRET_FOLDERS = frozenset({"secret", "secrets", "credentials", "keystore"})
"""Folders in which every file is private, except documentation, source code and examples."""

_EDITOR_FOLDERS = tuple(
    f"{parent}/{editor}/{kept}"
    for parent in (".config", "library/application support", "appdata/roaming")
    for editor in ("code", "code - oss", "code - insiders", "vscodium", "cursor", "windsurf")
    for kept in ("user/history", "backups")
)
"""Where VS Code and editors made from it keep copies, under other names, of the files that a person edits."""

PATHS = (
    *_EDITOR_FOLDERS,
    *(".local/share/code-server/user/history", ".vscode-server/data/user/history", ".cursor-server/data/user/history"),
    *(".config/gh", ".config/gcloud", ".config/hub", ".config/rclone", ".config/doctl", ".config/github-copilot"),
    *(".config/io.datasette.llm", ".config/anthropic", ".config/openai", ".config/op", ".config/sops", ".config/pip"),
    *(".config/glab-cli", ".config/wandb", ".config/fish", ".config/environment.d", ".wrangler/config"),
    *(".local/share/keyrings", ".local/state/aloop-models", "library/application support/aloop-models"),
    *(".cache/huggingface/token", ".cache/huggingface/stored_tokens", ".cargo/credentials", ".cargo/credentials.toml"),
    *(".gem/credentials", ".m2/settings.xml", ".m2/settings-security.xml", ".kaggle/kaggle.json", ".pip/pip.conf"),
    *(".composer/auth.json", ".pulumi/credentials.json", ".terraform.d/credentials.tfrc.json", ".fly/config.yml"),
    *(".netlify/config.json", ".vercel/auth.json", ".railway/config.json", ".ngrok2/ngrok.yml", ".dbt/profiles.yml"),
    *(".continue/config.json", ".continue/config.yaml", ".gemini/oauth_creds.json", ".gemini/settings.json"),
    *(".codex/config.toml", ".cursor/mcp.json", ".claude/settings.json", ".claude/settings.local.json"),
    *(".purple/accounts.xml", ".irssi/config", ".recon-ng/keys.db", ".xchat2/servlist_.conf"),
    *(".gradle/gradle.properties", ".config/opencode", ".config/goose", ".bundle/config"),
    *(".circleci/cli.yml", ".travis/config.yml", ".r/makevars", ".svn/auth", ".local/share/weechat"),
    *(".config/stripe", ".config/snowflake", ".config/solana", ".config/weechat", ".config/irssi", ".config/mutt"),
    *(".config/neomutt", ".config/msmtp", ".config/aerc/accounts.conf", ".config/himalaya", ".config/git/config"),
    *(
        ".config/configstore",
        ".config/hcloud",
        ".config/scw",
        ".config/linode-cli",
        ".config/exoscale",
        ".config/ngrok",
    ),
    *(
        ".config/netlify",
        ".config/tea",
        ".config/cachix",
        ".config/crush",
        ".config/aichat",
        ".config/zed/settings.json",
    ),
    *(".idea/datasources.local.xml", ".idea/datasources.xml", ".idea/sqldatasources.xml", ".idea/webservers.xml"),
    *(".idea/sshconfigs.xml", ".idea/dbnavigator.xml", ".idea/mongosettings.xml"),
    *(".talos/config", ".lftp/bookmarks", ".config/openstack", ".config/argocd", ".argocd/config"),
    *(".config/helm/registry", ".config/helm/repositories.yaml", "library/preferences/helm", ".render/cli.yaml"),
    *(".config/turso", ".expo/state.json", ".twilio-cli", ".confluent/config.json", ".ccloud", ".influxdbv2/configs"),
    *(".config/atlascli", ".prefect/profiles.toml", ".okta/okta.yaml", ".auth0", ".config/auth0", ".cabal/config"),
    *(".config/cabal/config", ".config/borg/keys", ".gitlab-ci-local/variables.yml", ".config/bitwarden"),
    *(".config/bitwarden cli", ".httpie/sessions", ".config/httpie/sessions", ".local/share/jupyter/runtime"),
    *(".azure/accesstokens.json", ".azure/msal_token_cache.json", ".azure/service_principal_entries.json"),
    *(".azure/azureprofile.json", ".azure/config", ".azure/clouds.config", ".docker/config.json", ".docker/contexts"),
    *(".docker/machine", ".docker/trust", ".jupyter/jupyter_server_config.json", ".jupyter/jupyter_server_config.py"),
    *(".jupyter/jupyter_notebook_config.json", ".jupyter/jupyter_notebook_config.py", ".stripe/config.toml"),
    *("library/jupyter/runtime", ".flyctl/config.yml", "etc/kubernetes", "etc/wireguard", ".mongodb/mongosh"),
    *(".config/nushell/history.txt", "library/application support/nushell/history.txt", ".local/share/xonsh"),
    *(".local/state/elvish", ".config/pgcli", ".config/mycli", ".config/litecli", ".clickhouse-client"),
    *(".copilot/config.json", ".factory/config.json", ".factory/settings.json", ".grok/user-settings.json"),
    *(".runpod/config.toml", ".supermaven/config.json", ".config/gptme/config.toml", ".config/litellm"),
    *(".config/zenml", ".config/gdrive", ".config/vdirsyncer", ".config/sanity", ".sanity/config.json", ".config/pnpm"),
    *(".doppler/.doppler.yaml", ".local/share/signal-cli", ".config/helm/registry.json", ".helm/repository"),
    *("ejson/keys", ".gitlab-runner/config.toml"),
)
"""Ends or parts of paths."""

ENDS = (
    *("purple/accounts.xml", "irssi/config", "recon-ng/keys.db", "config/hub", "doctl/config.yaml", "gem/credentials"),
    *("aws/credentials", "ssh/config", "xchat/servlist_.conf", "xchat2/servlist_.conf", "config/parameters.yml"),
    *("config/parameters.yaml", "config/parameters.ini", "weechat/sec.conf", "lftp/bookmarks", "hexchat/servlist.conf"),
    *(
        "gitlab-runner/config.toml",
        "gitea/conf/app.ini",
        "gitea/app.ini",
        "openfortivpn/config",
        "group_vars/all/vault",
    ),
    *("syncthing/config.xml", "app/etc/env.php", "app/etc/local.xml", "sites/default/settings.php"),
)
"""Ends of paths, which are not private as names of folders: a project can be in `config/hub`."""

FILES = (
    # models.yaml; `is_copy` knows the copies.
    *("models.yaml*", "models.yml*", ".models.y*", "#models.y*", ".#models.y*", "models.sync-conflict*"),
    *("backup*models.y*ml", "old*models.y*ml", "litellm*config*.y*ml", "litellm.y*ml"),
    # environments
    *(
        ".env",
        ".env.*",
        ".env-*",
        ".env_*",
        "*.env",
        "*.env.*",
        ".envrc",
        ".envrc.*",
        ".flaskenv",
        ".dev.vars",
        ".dev.vars.*",
    ),
    *(".direnvrc", "env.local", "local.settings.json", "settings.local.json", "appsettings.*.json", ".pam_environment"),
    # files that a shell reads, in which people export keys
    *(".bashrc", ".zshrc", ".cshrc", ".tcshrc", ".kshrc", ".profile", ".bash_profile", ".zsh_profile", ".zprofile"),
    *(".bash_login", ".login", ".zlogin", ".zshenv", ".aliases", ".bash_aliases", ".zsh_aliases", ".functions"),
    *(".bashrc.local", ".zshrc.local", ".localrc", ".exports", ".extra", "config.fish", "*profile.ps1"),
    # private keys and keystores
    *("*.pem", "*.key", "*.keypair", "*.p12", "*.pfx", "*.pkcs12", "*.pkcs8", "*.p8", "*.pk8", "*.ppk", "*.jks"),
    *("*.jceks", "*.bks", "*.keystore", "*.keyring", "*.kdbx", "*.kdb", "*.psafe3", "*.kwallet", "*.opvault"),
    *("*.agilekeychain", "*.keychain", "*.keychain-db", "*.bek", "*.tpm", "*.fve", "*.asc", "*.gpg", "*.pgp"),
    *("*.ovpn", "*.tblk", "*.rdp", "*.age", "*.agekey", "*.mobileprovision", "key.properties", "keystore.properties"),
    *("*_rsa", "*_dsa", "*_ecdsa", "*_ed25519", "*_ecdsa_sk", "*_ed25519_sk", "id_rsa*", "id_dsa*", "id_ed25519*"),
    *("id_ecdsa*", "otr.private_key", "privatekey*", "private_key*", "private-key*", "wg[0-9]*.conf"),
    *("*.pem.*", "*.key.*", "deploy_key*", "deploy-key*", "wallet.dat", "*.wallet", "mnemonic*"),
    *("seed_phrase*", "seed-phrase*", ".wallet.json", "*[-_]wallet.json", "*keypair.json", "utc--*", "*.macaroon"),
    *("*.sso", "*.keytab", "*.ccache", "*.kirbi", "krb5cc_*", "*sshkey", "*sshkey.*", "*ssh[-_]key.*", "acme.json"),
    # passwords and tokens of programs
    *(".netrc", "_netrc", ".netrc.*", ".authinfo", ".npmrc", ".yarnrc", ".yarnrc.yml", ".pypirc", "pip.conf"),
    *(".pgpass", "pgpass.conf", ".my.cnf", ".mylogin.cnf", ".muttrc", ".msmtprc", ".fetchmailrc", ".s3cfg", ".boto"),
    *(".passwd-s3fs", ".rclone.conf", "rclone.conf", ".htpasswd", ".htdigest", ".dockercfg", "*dockerconfig*json"),
    *("*kubeconfig", "kubeconfig[-_.]*", "*kubeconfig.y*ml", ".vault-token", "*vault[-_]pass*", "vault.y*ml"),
    *("*[-_]vault.y*ml", "profiles.yml", ".gitconfig", ".hgrc", ".arcrc", ".cvspass", ".renviron", ".rprofile"),
    *(".git-credentials", ".gitcookies", ".gitrobrc", ".trc", ".tugboat", ".sentryclirc", ".databrickscfg"),
    *(".creds", ".cred", ".neomuttrc", ".mailrc", ".mpoprc", ".esmtprc", ".pg_service.conf", ".odbc.ini"),
    *(".sshpass", ".squidpass", ".twurlrc", ".modal.toml", ".civo.json", ".vultr-cli.yaml", ".gitlab-ci-local-*"),
    *(
        "kube.config",
        "kube-config",
        "settings-security.xml",
        "*.remmina",
        "hostapd.conf",
        "deploykey*",
        ".iceauthority",
    ),
    *(".rediscli_auth", ".ftpconfig", ".ftppass", ".remote-sync.json", "ftp-sync.json", "ftpsync.settings"),
    *("bitcoin.conf", "lnd.conf", "wp-config", "wp-config.*", "*.pkrvars.hcl", "*.pkrvars.json"),
    *("*.postman_environment.json", "*.postman_globals.json", "thunderenvironment*.json"),
    *(".wgetrc", ".curlrc", "_curlrc", ".smbcredentials", ".offlineimaprc", ".mbsyncrc", "getmailrc", ".xauthority"),
    *(
        "wpa_supplicant.conf",
        "*.nmconnection",
        ".mongorc.js",
        ".dbshell",
        ".linode-cli",
        ".comet.config",
        "heroku.json",
    ),
    *(
        "logins.json",
        "login data",
        ".cookies",
        ".cookie",
        ".cookiejar",
        "cookies.sqlite",
        "key[34].db",
        "signons.sqlite",
        ".wrangler.toml",
    ),
    *(".condarc", "nuget.config", "*.publishsettings", "*.pubxml.user", "*.cscfg", "sftp-config.json", "sftp.json"),
    *("filezilla.xml", "recentservers.xml", "sitemanager.xml", "robomongo.json", "*dbeaver-data-sources.xml"),
    *("proftpdpasswd", "ventrilo_srv.ini", "credentials.xml", "master.key", "database.yml", "connectionstrings.config"),
    *("configuration.user.xpl", "favorites.plist", "hosts.toml", ".terraformrc"),
    *("terraform.rc", "*.tfstate", "*.tfstate.*", "*.tfvars", "*.tfvars.json", "kaggle.json", "ngrok.yml"),
    *("jenkins.plugins.publish_over_ssh*.xml", "application_default_*.json", "google-services.json"),
    *("googleservice-info.plist", "*firebase-adminsdk*.json", ".aider.conf.yml", ".openai*", ".anthropic*"),
    *(".openrouter*", "rootkey.csv", "gcp.json", "gcloud.json", "talosconfig", "k3s.yaml", "rke2.yaml", "admin.conf"),
    *("super-admin.conf", "kubelet.conf", "clouds.y*ml", "secure.y*ml", "openrc", "*-openrc", ".clasprc.json"),
    *(".cqlshrc", ".google_authenticator", "aegis-*.json", "andotp*.json", "otp_accounts*.json", "*.kwl", "gshadow"),
    *("debian.cnf", "tailscaled.state", "wireguard*.conf", "hex.config", "buildkite-agent.cfg", "signing.properties"),
    *("*-signing.properties", ".p4tickets", "authentication.conf", "winscp.ini", "*.session", "*jaas.conf"),
    *("airflow.cfg", "ipcontroller-*.json", "seedphrase*", "ovh.conf", "upctl.yaml", "clearml.conf", ".sgptrc"),
    *("mods.yml", "gpt.yml", "openclaw.json", "clawdbot.json", "src-config.json", ".sourcegraph.json", ".upstash.json"),
    *(".koyeb.yaml", ".contentfulrc.json", ".runtimeconfig.json", "firebase-admin*.json", "*azureauth*", "pip.ini"),
    *(
        "pub-tokens.json",
        "auth.keys",
        ".pause",
        ".megarc",
        ".dropbox_uploader",
        "*b2_account_info",
        ".s3curl",
        ".s4cfg",
    ),
    *(".isyncrc", ".fdm.conf", ".davmail.properties", ".myclirc", ".erlang.cookie", "passdb.tdb", "*.psk", "*.8021x"),
    *("*vpn[-_]auth*", "*.enpassdb", "pwsafe.dat", "*.pw", "*.pwd", "*.tfplan", "tfplan", "*.ign", "homeserver.yaml"),
    *(".wakatime.cfg", "mise.local.toml", ".mise.local.toml", "insomnia*.json", "*.har", "*.pfx.b64", "*.p12.b64"),
    *("sentry.properties", "newrelic.yml", "newrelic.ini", "datadog.yaml", ".dogrc", "local.properties"),
    # a key of a service account as Google names it: the project and the ID of the key
    f"*-{'[0-9a-f]' * 12}.json",
    # words
    *("*credential*", "*secret*", "*password*", "*passwd*", "*passphrase*", "*api[-_]key*", "*apikey*"),
    *("*access[-_]key*", "*accesskey*", "*keyfile*", "*key-file*", "*key_file*", "*[-_ ]key.txt", "key.txt", "mykey*"),
    *("*[-_]key", "*-key.json", "*_key.json", ".keys", "gcp-key*"),
    *("*[-_.]keys.json", "*[-_.]keys.txt", "*[-_.]keys.y*ml", "*[-_.]keys.toml", "*[-_.]keys.env", "*[-_]keys"),
    *("token", "tokens", ".token", ".tokens", "token.json", "tokens.json", "token.txt", "tokens.txt", "*[-_]token"),
    *("token.y*ml", "tokens.y*ml", "keys.csv", "*[-_.]keys.csv", "bearer", "jwt.txt"),
    *(
        "*token.txt",
        "*[-_]token.json",
        "*[-_]token.y*ml",
        "*.token",
        "*apitoken*",
        "*api[-_]token*",
        "*access[-_]token*",
        "*refresh[-_]token*",
        "*auth[-_]token*",
        "bearer.txt",
        "*[-_]pat.txt",
    ),
    *("shadow", "pass.txt", "pw.txt", "login.txt", "logins.csv", "*user-pass*", "*service-account*.json"),
    *("*service_account*.json", "*serviceaccount*.json", "*-sa.json", "auth.json", ".auth.json", "auth.toml"),
    *("sa.json", "*_sa.json", "oauth*.json", "*creds", "*creds.*", "*[-_.]cred", "*[-_.]cred.*"),
    *("*[-_.]cookies.txt", "*[-_.]cookie.txt", "*[-_.]cookies.json", "*[-_.]cookie.json", "*.cookies"),
    *("*recovery[-_ ]code*", "*recoverycode*", "*recovery[-_ ]key*", "*recovery[-_ ]phrase*", "*backup[-_ ]code*"),
    *(
        "*backupcode*",
        "2fa.txt",
        "otp.txt",
        "totp.txt",
        "seed.txt",
        "token.pickle",
        "tokens.db",
        "*bitwarden*export*",
        "*lastpass*export*",
        "*dashlane*export*",
    ),
    *("*nordpass*export*", "*enpass*export*", "*keepass*export*", "*.1pux", "*.1pif"),
    *(".claude.json", ".claude.json.*", ".mcp.json", "mcp.json", "mcp_config.json", "claude_desktop_config.json"),
    *("cline_mcp_settings.json", "mcp_settings.json", ".opencode.json", ".opencode.jsonc", ".crush.json"),
    ".aider.model.settings.yml",
    # histories, in which people type keys
    *(
        "history",
        ".history",
        "*_history",
        "*_history.*",
        "*-history",
        ".*history",
        ".zhistory",
        ".lesshst",
        ".histfile",
    ),
    *(".octave_hist", ".viminfo", "_viminfo", "*.shada", "consolehost_history.txt", "fish_history", "history.sqlite"),
)
"""Names of files, ignoring case, as in `fnmatch`."""

SOURCES = (
    *(
        f"{name}.{ending}"
        for name in (
            "secret",
            "secrets",
            "credentials",
            "passwords",
            "api_key",
            "api-key",
            "apikey",
            "api_keys",
            "api-keys",
            "apikeys",
        )
        for ending in ("py", "js", "cjs", "mjs", "ts", "rb", "sh", "ps1", "h", "swift", "dart", "sql", "md")
    ),
    *("secret.php", "secrets.php", "credentials.php", "arduino_secrets.h", "*.pkrvars.hcl"),
    *("local_settings.py", "settings_local.py", "settings.local.py", "secret_token.rb", "knife.rb", "carrierwave.rb"),
    *(
        "omniauth.rb",
        "wp-config.php",
        "wp-config-local.php",
        "wp-config-prod*.php",
        "localsettings.php",
        "config.php",
        "config.inc.php",
        ".mongorc.js",
    ),
    *("*profile.ps1", "openrc.sh", "*-openrc.sh", "env.sh", "credentials.clj", "*.secret.exs", "upload_config.lua"),
    *("repl_history.jl", "*vault[-_]pass.sh", ".mongoshrc.js", ".aider.chat.history.md"),
)
"""Names of source files that usually contain keys; other source files are read, also if they are about keys."""

PUBLIC_FILES = (
    *(".env.example", ".env.sample", ".env.template", ".env.dist", ".env.defaults", ".env.*.example"),
    *("*.pub", "*example.env", "*sample.env", "*template.env", "example.env.*", "*.env.example", "*.env.sample"),
    *("*.example", "*.example.*", "*.sample", "*.template", "*.dist", ".secrets.baseline"),
    *("*.schema.json", "password_reset_*.txt", "password_change_*.txt", "*wordlist*.txt", "readme.asc"),
    *("i18n[-_]keys.json", "translation[-_]keys.json"),
)
"""Examples and texts, which may have such a name and do not contain keys."""

_SOURCE = lazy_re(
    r".*\.(?:adoc|asciidoc|astro|c|cc|cjs|clj|cpp|cs|cshtml|csproj|css|cts|cu|cxx|dart|ejs|el|elm|erb|erl|ex|exs|f90"
    r"|feature|fs|fsx|go|gql|gradle|graphql|groovy|h|haml|hbs|hcl|hpp|hs|html|ipynb|j2|java|jinja|jinja2|jl|js|jsx|kt"
    r"|less|lua|m|map|md|mdx|mjs|ml|mts|nim|php|pl|pm|png|proto|ps1|py|pyi|r|razor|rb|resx|rs|rst|sass|scala|scss|sh"
    r"|sln|sol|sql|styl|svelte|svg|swift|tex|tf|ts|tsx|twig|vb|vim|vue|xaml|zig)"
)
"""Matches documentation, source code and pictures."""

_COPY_WORD = "(?:cop(?:y|ie|ia)|cópia|kopi[ea]?)"
"""Matches "copy" in the languages in which file managers name copies."""

_COPY_OF = lazy_re(rf"^{_COPY_WORD} (?:of|de|di|von|van|av|af) ")
"""Matches what a file manager adds to the name of a copy, before it."""

_COPY = lazy_re(rf"(?: (?:- )?{_COPY_WORD}| backup| ?\([^()]*\)| \d+|\.sync-conflict-[\w-]+)+(?=\.|$)")
"""Matches what a file manager or a sync tool adds to the name of a copy, before the ending."""

_EDITOR_COPY = lazy_re(
    r"[.#~]*(.+?)"
    r"(?:[~#\d-]|[._](?=\d)|,v|\.~[^~]*~|\.un~|\.sw[a-p]"
    r"|[._-](?:bak|backup|old|orig|org|save|saved|prev|previous|off|disabled|copy|tmp|new|rej))*"
)
"""Matches the name of a copy that an editor, RCS or a person makes; the group is the name of the file."""

_SEPARATOR = lazy_re("%2f|[%!]")
"""Matches what Vim, Emacs, nano and micro write instead of `/` when the name of a backup contains the path."""

_CHEZMOI = lazy_re(r"(?<![^/])(?:(?:(?:encrypted|exact|executable|private|readonly)_)+(?:dot_)?|dot[_-])")
"""Matches what chezmoi and stow write before a name, or instead of its dot."""


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    return lazy_re("|".join(map(translate, sorted(patterns))))


_FOLDERS, _PUBLIC, _SOURCES = map(_any_of, (FOLDERS, PUBLIC_FILES, SOURCES))
_PATHS = lazy_re(f"/(?:{'|'.join(map(re.escape, PATHS))})/")
_ENDS = tuple(f"/{end}" for end in (*PATHS, *ENDS))
# Most names are whole, and looked up faster.
_NAMES = frozenset(pattern for pattern in FILES if not set("*?[") & set(pattern))
_PATTERNS = _any_of(frozenset(FILES) - _NAMES)


@cache
def is_private_folder(name: str) -> bool:
    """Return whether every file in a folder with this name is private."""
    return any(_FOLDERS.match(each) for each in _originals(name.casefold()))


def contains_only_keys(folder: PurePath) -> bool:
    """Return whether every file in the folder at this path is private; ignores case."""
    return any(map(_is_private_path, _paths(folder)))


def may_contain_keys(path: PurePath) -> bool:
    """Return whether a file at this path usually contains keys; ignores case."""
    return any(map(_may_contain_keys, _paths(path)))


def _paths(path: PurePath) -> set[str]:
    """Return the path, and that of the file of which a file at this path is a copy if it is named after a path."""
    written = path.as_posix().casefold()
    return {written, _CHEZMOI.sub(_dot, _SEPARATOR.sub("/", written))}


def _dot(prefix: re.Match[str]) -> str:
    return "." if "dot" in prefix[0] else ""


@lru_cache(10_000)
def _is_private_path(folder: str) -> bool:
    names = folder.split("/")
    return (
        not HOME_FOLDERS.isdisjoint(_originals(names[0]))
        or any(map(is_private_folder, names))
        or bool(_PATHS.search(f"/{folder}/"))
    )


def _may_contain_keys(path: str) -> bool:
    folder, _, name = path.rpartition("/")
    if _is_private_path(folder) or is_private_folder(name):
        return True
    if any(f"/{folder}/{each}".endswith(_ENDS) for each in _originals(name)):
        return True
    return _is_private_name(name, is_secret=not SECRET_FOLDERS.isdisjoint(folder.split("/")))


@lru_cache(10_000)
def _is_private_name(name: str, *, is_secret: bool) -> bool:
    if is_copy(name, CONFIG_PATH.name):
        return True
    names = _originals(name)
    names |= {f".{each}" for each in names}
    if any(map(_SOURCES.match, names)):
        return not _PUBLIC.match(name)
    is_public = any(_PUBLIC.match(each) or _SOURCE.fullmatch(each) for each in names)
    return not is_public and (is_secret or not _NAMES.isdisjoint(names) or any(map(_PATTERNS.match, names)))


@lru_cache(10_000)
def _originals(name: str) -> frozenset[str]:
    """Return the name, and the names of the files of which a file with this name may be a copy."""
    plain = _COPY.sub("", _COPY_OF.sub("", name))
    copied = _EDITOR_COPY.fullmatch(plain)
    dots = plain[: len(plain) - len(plain.lstrip("."))][:1]
    return frozenset({name, plain} | ({copied[1], dots + copied[1]} if copied else set()))
