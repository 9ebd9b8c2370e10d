-- The configuration of the aloop language server. Override it with vim.lsp.config('aloop_ls', { … }).

local function server()
  return require('aloop.server')
end

---@type vim.lsp.Config
return {
  cmd = { 'aloop-ls', '--stdio', '--log-file', require('aloop.log').default_path() },
  filetypes = { 'yaml.aloop' },
  root_dir = function(buffer, on_dir)
    on_dir(require('aloop.root').of_buffer(buffer))
  end,
  reuse_client = function(client, config)
    return server().serves(client, config)
  end,
  capabilities = {
    workspace = {
      -- Neovim supports versioned edits and these refreshes, but does not announce them.
      workspaceEdit = { documentChanges = true },
      codeLens = { refreshSupport = true },
      diagnostics = { refreshSupport = true },
    },
  },
  -- The server runs `suggestCommand` after a completed provider or field, to complete its models or values.
  init_options = {
    suggestCommand = 'aloop.suggest',
    asksQuestions = true,
    -- `$(check)` in the title of a lens is replaced by a character.
    icons = true,
    lensCommands = { 'aloop.addModel', 'aloop.importModels', 'aloop.setKey' },
    disableRuleCommand = 'aloop.disableRule',
    disableRuleTargets = { 'editor' },
  },
  handlers = require('aloop.handlers').handlers,
  commands = require('aloop.handlers').commands,
  -- Neovim calls it in a fast event, where most of the API is not allowed.
  on_exit = vim.schedule_wrap(function(code, signal, client_id)
    server().on_exit(code, signal, client_id)
  end),
}
