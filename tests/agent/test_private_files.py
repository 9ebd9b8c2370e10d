"""Which names of files keep them from the tools of a model, and which do not."""

from __future__ import annotations

import time
from pathlib import PurePath

import pytest

from aloop_models.agent.private_files import contains_only_keys, may_contain_keys

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
master.key .aider.conf.yml secrets.py secret.js credentials.js secrets.md
passwords.md passwords.py credentials.php credentials.sql arduino_secrets.h .docker/contexts/tls/1/x
.jupyter/jupyter_server_config.py
.config/gcloud/access_tokens.db application_default_credentials.json .config/github-copilot/apps.json
SERVICE-ACCOUNT.JSON
local.settings.json sftp-config.json my-secrets.yaml api_keys.txt .terraform.d/credentials.tfrc.json
"""
GITROB = """
a.pem a.pkcs12 a.p12 a.pfx a.asc otr.private_key a.ovpn a.cscfg a.rdp a.bek a.tpm a.fve a.jks a.psafe3 secret_token.rb
carrierwave.rb database.yml omniauth.rb a.agilekeychain a.keychain
jenkins.plugins.publish_over_ssh.BapSshPublisherPlugin.xml credentials.xml a.kwallet LocalSettings.php a.tblk
Favorites.plist configuration.user.xpl knife.rb proftpdpasswd robomongo.json filezilla.xml recentservers.xml
ventrilo_srv.ini terraform.tfvars .exports .functions .extra deploy_rsa deploy_dsa deploy_ed25519 deploy_ecdsa
.ssh/config ssh/config a.key a.keypair .bash_history zsh_history .sh_history .zhistory history .mysql_history
psql_history .pgpass pgpass .irb_history .purple/accounts.xml .xchat2/servlist_.conf .irssi/config .recon-ng/keys.db
.dbeaver-data-sources.xml .muttrc .s3cfg s3cfg .aws/credentials aws/credentials sftp-config.json .trc .gitrobrc .bashrc
zshrc .cshrc .profile .bash_profile .bash_aliases aliases config.php config.inc.php a.keystore a.keyring a.kdbx a.kdb
.htpasswd htpasswd .netrc _netrc .gem/credentials .tugboat doctl/config.yaml .git-credentials .config/hub config/hub
.gitconfig .chef/a.pem etc/shadow etc/passwd .dockercfg .npmrc .env env my-credentials.txt app-password.cfg
"""
"""One name for each signature of gitrob, without those of logs, journals, databases, settings.py and heroku.json."""
WORDS = """
aws_credentials aws-credentials.csv accessKeys.csv user_accessKeys.csv rootkey.csv prod_secrets.yaml prod-secrets.yml
mysecrets.json app-secret.properties usersecrets.json openai_key openai_key.txt anthropic-key.txt key.txt API_KEY
github_token.txt access_token.txt slack-access-token.json github_pat.txt vault_password vault-password.txt pass.txt
private_key.txt keyfile.json key-file.json service_account_prod.json auth-user-pass.txt secrets/db.txt secrets/prod.yaml
.secrets/x .private/x .credentials/x litellm_config.yaml .config/glab-cli/config.yml .wgetrc .curlrc home.nmconnection
wallet.dat logins.json key4.db appsettings.Production.json local_settings.py api_keys.py .openai dockerconfig.json
group_vars/all/vault.yml config.fish .config/fish/config.fish .claude/settings.json profiles.yml .histfile
"""
SIBLINGS = """
creds.json .creds creds creds.yaml aws_creds db-creds.txt prod.creds cred.json .cred .cred.yml gcp_cred.json
apitoken.txt my_api_token.yaml bottoken.txt bot.token slack_token.json hf-token.yml .keys llm_keys.json llm-keys.yaml
openai_keys.txt my_keys sshkey sshkey.txt my-ssh_key.old ssh-keys.txt
cookies.txt .cookies cookie.txt cookies.json site_cookies.txt youtube.cookies .cookiejar
wp-config.bak wp-config.txt wp-config.php~ wp-config-local.php .ouro/config .ouro/models.yaml .neomuttrc neomuttrc
.mailrc .esmtprc .ftpconfig .ftppass .remote-sync.json acme.json http.keytab krb5cc_1000 me.ccache .pg_service.conf
pg_service.conf .odbc.ini .snowflake/connections.toml .snowflake/config.toml .config/snowflake/connections.toml
.config/stripe/config.toml .config/configstore/firebase-tools.json .config/git/config .config/hcloud/cli.toml
.svn/auth/svn.simple/0815 .weechat/sec.conf .config/weechat/sec.conf .config/neomutt/neomuttrc .rediscli_auth
admin.macaroon .lnd/lnd.conf .bitcoin/bitcoin.conf cwallet.sso wallet.json my-wallet.json .config/solana/id.json
dev-keypair.json UTC--2026-01-01T00-00-00.000Z--0815 sa.json my_sa.json .envs/.production/.django .envs/.local/.postgres
shop.postman_environment.json shop.postman_globals.json thunder-tests/thunderEnvironment_shop.json prod.pkrvars.hcl
prod.auto.pkrvars.json app/config/parameters.yml config/parameters.yaml config/parameters.ini
.idea/dataSources.local.xml .idea/dataSources.xml .idea/WebServers.xml .idea/sshConfigs.xml opencode.json opencode.jsonc
.opencode.json crush.json bitwarden_export.json bitwarden_export_20260101.csv lastpass_export.csv shop.1pux
recovery-codes.txt github_recovery_codes.txt backup-codes.txt recovery-key.txt 2fa.txt .acme.sh/account.conf
otp.txt seed.txt token.pickle tokens.db .envrc.local .zshrc.local .sshpass .twurlrc .modal.toml .civo.json kube-config
.gitlab-ci-local-variables.yml kube.config settings-security.xml home.remmina hostapd.conf deploykey .stripe/config.toml
"""
"""What a review of version 0.1 could read, and similar names."""
TOOLS = """
.talos/config talosconfig k3s.yaml admin.conf kubelet.conf .config/openstack/clouds.yaml clouds.yaml secure.yaml
openrc.sh admin-openrc.sh .config/argocd/config .config/helm/registry/config.json .config/helm/repositories.yaml
.flyctl/config.yml .render/cli.yaml .config/turso/settings.json .clasprc.json .expo/state.json .twilio-cli/config.json
.confluent/config.json .ccloud/config .influxdbv2/configs .cqlshrc .cassandra/cqlshrc .config/atlascli/config.toml
.prefect/profiles.toml .okta/okta.yaml .auth0/config.json .near-credentials/testnet/shop.json seedphrase.txt
.google_authenticator aegis-backup.json andOTP.json otp_accounts_2026-01-01.json kdewallet.kwl .config/borg/keys/host
etc/shadow- etc/gshadow debian.cnf tailscaled.state wireguard.conf .hex/hex.config .cabal/config buildkite-agent.cfg
.gitlab-ci-local/variables.yml signing.properties release-signing.properties .p4tickets
.config/breezy/authentication.conf .lftp/bookmarks .local/share/lftp/bookmarks WinSCP.ini .config/hexchat/servlist.conf
.config/syncthing/config.xml .httpie/sessions/host/me.json app/etc/env.php sites/default/settings.php bot.session
kafka_client_jaas.conf airflow.cfg .ipython/profile_default/security/ipcontroller-engine.json
.local/share/jupyter/runtime/kernel-1.json etc/kubernetes/scheduler.conf
"""
"""What a second review could read."""
THIRD = """
.config/nushell/history.txt .local/share/xonsh/history_json/xonsh-1.json .elvish/db .local/state/elvish/db.bolt
.mongodb/mongosh/x_log .octave_hist .julia/logs/repl_history.jl .myclirc .config/pgcli/config .config/mycli/myclirc
.mongoshrc.js .copilot/config.json .factory/config.json .grok/user-settings.json .runpod/config.toml .sgptrc
.config/mods/mods.yml gpt.yml openclaw.json .openclaw/openclaw.json .supermaven/config.json src-config.json clearml.conf
.clearml.conf .n8n/config .config/litellm/config.yaml litellm.yaml .ovh.conf .config/upctl.yaml .koyeb.yaml
.upstash.json .contentfulrc.json .sanity/config.json .config/sanity/config.json .runtimeconfig.json .deta/space_tokens
.doppler/.doppler.yaml firebase-admin.json firebase-service-account.json my-project-123456-abcdef012345.json
azureauth.json .azureauth kubeconfig_prod prod-kubeconfig.yaml my.kubeconfig.yaml prod_kubeconfig .rancher/cli2.json
bootstrap.ign plan.tfplan tfplan .gsutil/credstore2 .passage/identities .lpass/blob vault.enpassdb pwsafe.dat restic.pw
c.pwd .isyncrc .config/isyncrc .fdm.conf .davmail.properties .vdirsyncer/config .mutt/account .megarc .dropbox_uploader
.gdrive/token_v2.json .b2_account_info .s3curl .s4cfg .erlang.cookie passdb.tdb iwd/home.psk home.8021x
openvpn-auth.txt openfortivpn/config .gitlab-runner/config.toml gitea/conf/app.ini sentry.properties newrelic.yml
datadog.yaml .dogrc local.properties pip.ini .config/pnpm/auth.ini .config/dart/pub-tokens.json .hex/auth.keys .pause
.continuum/anaconda-client/tokens/x .lein/credentials.clj .luarocks/upload_config.lua config/prod.secret.exs
ejson/keys/0815 vault_pass.sh group_vars/all/vault .signal-cli/data/x homeserver.yaml .helm/repository/repositories.yaml
.npmrc.un~ ..pgpass.un~ .auth.json.un~ ..netrc.un~
"""
"""What a third review could read."""
FOURTH = """
apikey.py api_key.js api-key.ts apikey.sh env.sh token.yaml tokens.yml keys.csv llm_keys.csv bearer jwt.txt
.aider.chat.history.md .specstory/history/2026-01-01.md .bash_sessions/0.historynew .zsh_sessions/0.historynew
.wakatime.cfg mise.local.toml .mise.local.toml checkout.har insomnia.json Insomnia_2026-01-01.json cert.pfx.b64
"""
"""What a fourth review could read."""
COPIES = """
.env~ .env.bak .env.old .env-old .env_backup .env.save .env.orig .env.swp .env.swo .#.env #.env# .env.1 .env.2026-11-29
.env.txt id_rsa~ id_rsa.bak id_rsa.old .id_rsa.swp id_rsa.txt .netrc~ .netrc.bak .netrc_old .netrc-backup .npmrc.off
.npmrc.disabled .bashrc.save .gitconfig.orig auth.json.bak auth.json~ .auth.json.swp mcp.json.old server.key.bak
terraform.tfstate.1730000000.backup .ssh.bak/id .ssh-old/config .aws.backup/credentials key.pem.txt
.env2 .env,v .npmrc.new .netrc1 .npmrc.~1~ .npmrc.~undo-tree~ .netrc.rej .codex/config.toml.bak .m2/settings.xml~
auth.sync-conflict-20260101-120000-ABCDEFG.json
.config/Code/User/History/-3f2a1/aB3x.yaml .config/VSCodium/Backups/1/file/2 .vscode-server/data/User/History/1/aB.yaml
"""
COPIES_NAMED_AFTER_A_PATH = """
.vim/backup/%home%me%shop%.aloop%models.yaml~ .local/state/nvim/undo/%home%me%shop%.aloop%models.yaml
.emacs.d/backups/!home!me!shop!.aloop!models.yaml~ #!home!me!shop!.aloop!models.yaml# %home%me%.npmrc~ %home%me%.netrc~
%home%me%.docker%config.json !home!me!.kube!config~ %home%me%.config%gh%hosts.yml.swp %2Fhome%2Fme%2F.npmrc
.emacs.d/undo/.!home!me!.npmrc.~undo-tree~ %srv%secrets%db.txt~
dot_netrc dot_npmrc private_dot_npmrc private_dot_ssh/work dot_config/gh/hosts.yml
private_dot_config/private_gh/private_hosts.yml dot-netrc
"""
"""The copies of editors, and the dotfiles of chezmoi and stow."""
COPIES_WITH_SPACES = (
    *("auth (1).json", "auth copy.json", "auth - Copy.json", "Copy of auth.json", "auth copy 2.json", "token (2).txt"),
    *(
        ".env kopie",
        ".env - Kopie",
        "Kopie von auth.json",
        "Copie de auth.json",
        "auth - Copie.json",
        "auth copia.json",
    ),
    *("auth (Kopie).json", "auth (another copy).json", "models - Kopie.yaml", "Kopie von models.yaml"),
    "Library/Application Support/Code/User/History/1/aB3x.yaml",
    *("id_rsa copy", ".netrc copy", "credentials (1).json", "service-account (1).json", "mcp backup.json"),
)
PUBLIC = """
README.md src/main.py src/token.ts src/test_credentials.py private_key.go
credentials.go lib/secret.rs lang/en/passwords.php secrets.tf apikey.proto migrations/0003_api_keys.sql i18n_keys.json
Password.cshtml secrets.razor Password.xaml Password.resx Secret.csproj Credentials.groovy secrets.gradle SecretStore.fs
Secrets.vb password.sol password.graphql secret.hcl password.ipynb password.feature password_reset.html.erb
password_reset_form.html.j2 password.less password.sass password.astro secrets.tex password.schema.json
password_reset_email.txt registration/password_reset_subject.txt README.asc wordlist_passphrase.txt
shop/.docker/Dockerfile shop/.docker/nginx.conf shop/.azure/pipelines.yml shop/.stripe/fixtures.json
 .env.example .env.sample secrets.example.yaml id_rsa.pub models.yaml.example
tsconfig.json package.json config.yaml models.py app/models/user.rb docs/history.md terraform.tf keyboard.json
environment.yml src/auth.js tests/test_tokens.py pyproject.toml .gitignore Makefile key.ts CHANGELOG.md tokenizer.json
data/model.yaml.md src/history.ts monkey.json
src/secrets/index.ts .secrets.baseline docs/using-api-keys.md src/ApiKeyForm.vue logos/openai.svg dist/env.js.map
src/password_reset.rb app/login.html token_count.csv tokenizer_config.json key_bindings.yaml sort_keys.sql turnkey.txt
tokens.py src/keyboard.ts cookies.py wallet.ts keys.py creds.go src/creds/index.ts acme.py sa.py docs/cookies.md
sacred.txt Foo.tokens added_tokens.json special_tokens_map.json api/parameters.yml openapi/parameters.yaml
docs/wallet.md .idea/modules.xml .idea/misc.xml .svn/entries .config/nvim/init.lua shop.postman_collection.json
wp-config-sample.php .gitlab-ci.yml kube/config.go settings.xml docs/seed.md
ssh_keys.py docs/recovery-codes.md src/api_token.ts packer.pkr.hcl opencode.md keymap.json monkeys.json
100%.txt 50%off!.txt src/dot_product.py tests/private_api.json src/user/history/page.json auth-2.md
src/kubeconfig.go chunk-abcdef.json report-20260101.json docs/mods.md app.ini config/app.toml history.txt
gradle.properties android.iml sentry.py datadog.ts alignment.txt src/mutt/main.c plan.tf notes.un docs/gpt.md
docker-compose.yml tests/data/answers.csv profile.json environment.prod.ts .editorconfig .dockerignore public_keys.md
"""


@pytest.mark.parametrize(
    "path",
    [
        *(*PRIVATE.split(), *GITROB.split(), *WORDS.split(), *SIBLINGS.split(), *TOOLS.split(), *COPIES.split()),
        *THIRD.split(),
        *FOURTH.split(),
        *(*COPIES_NAMED_AFTER_A_PATH.split(), *COPIES_WITH_SPACES),
    ],
)
def test_a_file_that_usually_contains_keys(path: str) -> None:
    assert may_contain_keys(PurePath(path))
    assert may_contain_keys(PurePath("sub", path.upper()))


@pytest.mark.parametrize("path", PUBLIC.split())
def test_a_file_that_usually_does_not(path: str) -> None:
    assert not may_contain_keys(PurePath(path))


@pytest.mark.parametrize("part", ["-1", " 1", ".~", "%", "(", "private_", ".#"])
def test_a_long_name_takes_no_time(part: str) -> None:
    start = time.process_time()
    assert not may_contain_keys(PurePath(f"a{part * (250 // len(part))}x"))
    assert time.process_time() - start < 1


@pytest.mark.parametrize(
    "path", [".git", ".SSH/old", "a/.config/gh", ".config/gcloud/configurations", ".aws.bak", ".docker", ".Azure.old/x"]
)
def test_a_folder_in_which_every_file_is_private(path: str) -> None:
    assert contains_only_keys(PurePath(path))
    assert may_contain_keys(PurePath(path, "README.md"))


@pytest.mark.parametrize(
    "path", ["secrets", "config/hub", "ssh/config", "password-store", ".config", ".", "shop/.docker"]
)
def test_a_folder_in_which_some_files_can_be_read(path: str) -> None:
    assert not contains_only_keys(PurePath(path))
    assert not may_contain_keys(PurePath(path, "README.md"))
