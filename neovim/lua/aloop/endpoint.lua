-- Sets $ALOOP_EDITOR for terminals, so that agents started there connect to the server of this Neovim.

local root = require('aloop.root')

local M = {}

local inherited = vim.env.ALOOP_EDITOR

---Sets it to the server of the working directory, else to another server of this Neovim, else to its inherited value.
function M.update()
  local clients = vim.lsp.get_clients({ name = 'aloop_ls' })
  local folder = #clients > 0 and root.of_folder(vim.fn.getcwd())
  local found
  for _, client in ipairs(clients) do
    local experimental = client.server_capabilities.experimental
    local endpoint = type(experimental) == 'table' and experimental.aloopEndpoint
    if endpoint and not client:is_stopped() and (not found or client.root_dir == folder) then
      found = endpoint
    end
  end
  vim.env.ALOOP_EDITOR = found or inherited
end

vim.api.nvim_create_autocmd('DirChanged', {
  group = vim.api.nvim_create_augroup('aloop.endpoint', {}),
  desc = 'Set $ALOOP_EDITOR to the server of the working directory',
  callback = M.update,
})

return M
