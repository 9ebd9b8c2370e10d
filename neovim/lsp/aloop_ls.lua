-- How Neovim starts the aloop language server; change it with vim.lsp.config('aloop_ls', { … }).

local function server()
  return require('aloop.server')
end

---@type vim.lsp.Config
return {
  cmd = { 'aloop-ls', '--stdio', '--log-file', require('aloop.log').file() },
  filetypes = { 'yaml.aloop' },
  root_dir = function(buffer, found)
    found(require('aloop.root').of_buffer(buffer))
  end,
  reuse_client = function(client, config)
    return server().serves(client, config)
  end,
  capabilities = {
    workspace = {
      -- Neovim takes versioned edits and refreshes, and does not say so.
      workspaceEdit = { documentChanges = true },
      codeLens = { refreshSupport = true },
      diagnostics = { refreshSupport = true },
    },
  },
  -- After a provider the server proposes its models, after a field its values.
  init_options = { suggestCommand = 'aloop.suggest' },
  handlers = require('aloop.handlers').handlers,
  commands = require('aloop.handlers').commands,
  -- It is called where most of Neovim may not be.
  on_exit = vim.schedule_wrap(function(code, signal, client_id)
    server().ended(code, signal, client_id)
  end),
}
