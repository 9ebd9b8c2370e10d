-- The public functions of the plugin.

local M = {}

---The text for the statusline: `GPT-4o (next agent)`, …; empty while no server runs for the buffer.
---Use it as `%{v:lua.require'aloop'.statusline()}`.
---@return string
function M.statusline()
  local client = require('aloop.server').client(vim.api.nvim_get_current_buf())
  return require('aloop.status').text(client and require('aloop.state').get(client.id))
end

---Starts the server for the current buffer, so that the statusline shows the model before a models.yaml is opened.
function M.start()
  local buffer = vim.api.nvim_get_current_buf()
  require('aloop.async').run(function()
    local _, problem = require('aloop.server').ready(buffer)
    if problem then
      require('aloop.notify').warn(problem)
    end
  end)
end

---A copy of the newest state of the models, for scripts; nil while no server runs for the buffer.
---@return aloop.State?
function M.state()
  local client = require('aloop.server').client(vim.api.nvim_get_current_buf())
  return client and vim.deepcopy(require('aloop.state').get(client.id))
end

return M
