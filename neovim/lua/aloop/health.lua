-- :checkhealth aloop

local M = {}

---@param cmd any
local function check_program(cmd)
  if type(cmd) ~= 'table' then
    vim.health.info('The server is started by a function or over a socket, as you configured it.')
    return
  end
  if vim.fn.executable(cmd[1]) == 0 then
    vim.health.error(('There is no program %s.'):format(cmd[1]), {
      'Install the server: uv tool install aloop-models (or pipx, or pip)',
      "Or name its place: vim.lsp.config('aloop_ls', { cmd = { '/path/to/aloop-ls', '--stdio' } })",
    })
    return
  end
  local done = vim.system({ cmd[1], '--version' }, { text = true, timeout = 10000 }):wait()
  if done.code == 0 then
    vim.health.ok(('%s (%s)'):format(vim.trim(done.stdout), vim.fn.exepath(cmd[1])))
  else
    vim.health.error(('%s --version ended with %d.'):format(vim.fn.exepath(cmd[1]), done.code), {
      'Run it in a terminal to see why, and install it again.',
    })
  end
end

local function check_servers()
  local clients = vim.lsp.get_clients({ name = 'aloop_ls' })
  if #clients == 0 then
    vim.health.info('No server is running. It starts with a models.yaml or with the first :Aloop.')
  end
  for _, client in ipairs(clients) do
    local told = require('aloop.state').of(client.id)
    vim.health.ok(('A server is running for %s.'):format(client.root_dir or 'no folder'))
    local uses = told and told.file and ('It uses %s: %d models.'):format(told.file, #told.models)
    vim.health.info(uses or 'It found no models.yaml.')
  end
end

function M.check()
  vim.health.start('aloop')
  if vim.fn.has('nvim-0.11') == 0 then
    vim.health.error('Neovim 0.11 or later is needed.')
    return
  end
  vim.health.ok(('Neovim %s'):format(tostring(vim.version())))
  local config = vim.lsp.config.aloop_ls
  if not config then
    vim.health.error('lsp/aloop_ls.lua is not on the runtime path.', {
      'vim.opt.runtimepath:append("/path/to/aloop-models/neovim")',
    })
    return
  end
  if not vim.lsp.is_enabled('aloop_ls') then
    vim.health.warn('The server is not enabled.', { "vim.lsp.enable('aloop_ls')" })
  end
  check_program(config.cmd)
  check_servers()
  local filetype = vim.filetype.match({ filename = '/project/.aloop/models.yaml' })
  if filetype == 'yaml.aloop' then
    vim.health.ok('.aloop/models.yaml is recognised.')
  else
    vim.health.warn(('.aloop/models.yaml gets the filetype %s.'):format(filetype), {
      'Add neovim/ to the runtime path before filetypes are detected, or load plugin/aloop.lua.',
    })
  end
  local other = require('aloop.attach').other_completion()
  local completes = other and ('%s completes; the built-in menu stays off.'):format(other)
  vim.health.info(completes or 'Completion while typing is built in.')
  vim.health.info(('Log: %s'):format(require('aloop.log').of(config.cmd)))
end

return M
