-- :checkhealth aloop

local M = {}

---@param cmd any
local function check_program(cmd)
  if type(cmd) ~= 'table' then
    vim.health.info('`cmd` is a function: the program is not checked.')
    return
  end
  if vim.fn.executable(cmd[1]) == 0 then
    vim.health.error(('`%s` is not executable.'):format(cmd[1]), {
      'Install the aloop server. See |aloop-setup|.',
      "Or set its path: vim.lsp.config('aloop_ls', { cmd = { '/path/to/aloop-ls', '--stdio' } })",
    })
    return
  end
  local path = vim.fn.exepath(cmd[1])
  local done = vim.system({ cmd[1], '--version' }, { text = true, timeout = 10000 }):wait()
  if done.code == 0 then
    vim.health.ok(('%s: `%s`'):format(vim.trim(done.stdout), path))
  else
    vim.health.error(('`%s --version` exited with code %d.'):format(path, done.code), {
      'Run it in a terminal to see the error, then reinstall the aloop server. See |aloop-setup|.',
    })
  end
end

local function check_servers()
  local clients = vim.lsp.get_clients({ name = 'aloop_ls' })
  if #clients == 0 then
    vim.health.info('No server is running. Opening a models.yaml or running :Aloop starts it.')
  end
  for _, client in ipairs(clients) do
    local state = require('aloop.state').get(client.id)
    vim.health.ok(('A server is running. Root directory: %s'):format(client.root_dir or 'none'))
    local count = state and #state.models + (state.moreModels or 0)
    local file = state and state.file and ('models.yaml: %s (%d models)'):format(state.file, count)
    vim.health.info(file or 'models.yaml: none found')
  end
end

function M.check()
  vim.health.start('aloop')
  if vim.fn.has('nvim-0.11') == 0 then
    vim.health.error('Neovim 0.11 or later is required.')
    return
  end
  vim.health.ok(('Neovim version: %s'):format(tostring(vim.version())))
  local config = vim.lsp.config.aloop_ls
  if not config then
    vim.health.error("lsp/aloop_ls.lua is not in 'runtimepath'.", {
      "Add the folder: vim.opt.runtimepath:append('/path/to/aloop-models/neovim')",
    })
    return
  end
  if not vim.lsp.is_enabled('aloop_ls') then
    vim.health.warn('The `aloop_ls` configuration is not enabled.', { "Run vim.lsp.enable('aloop_ls')" })
  end
  check_program(config.cmd)
  check_servers()
  local filetype = vim.filetype.match({ filename = '/project/.aloop/models.yaml' })
  if filetype == 'yaml.aloop' then
    vim.health.ok('Filetype of .aloop/models.yaml: yaml.aloop')
  else
    vim.health.warn(('Filetype of .aloop/models.yaml: %s. Expected: yaml.aloop'):format(filetype), {
      "Add the folder neovim/ to 'runtimepath' in init.lua, or run :runtime plugin/aloop.lua.",
    })
  end
  local plugin = require('aloop.attach').completion_plugin()
  vim.health.info(('Completion while typing: %s'):format(plugin or 'built in'))
  vim.health.info(('Log file: %s'):format(require('aloop.log').path(config.cmd)))
end

return M
