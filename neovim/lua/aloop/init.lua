-- What a person's configuration may call.

local M = {}

---What the statusline says about the buffer's models: `GPT-4o (next agent)`, …; empty while no server runs for it.
---Use it as `%{v:lua.require'aloop'.statusline()}`.
---@return string
function M.statusline()
  local client = require('aloop.server').client(vim.api.nvim_get_current_buf())
  return require('aloop.status').text(client and require('aloop.state').of(client.id))
end

---Starts the server for the current buffer's folder, so that the statusline knows from the beginning.
function M.start()
  local buffer = vim.api.nvim_get_current_buf()
  require('aloop.async').run(function()
    local _, problem = require('aloop.server').ready(buffer)
    if problem then
      require('aloop.say').warn(problem)
    end
  end)
end

---The state as the server told it last, for a person's own scripts; nil while no server runs for the buffer.
---@return aloop.State?
function M.state()
  local client = require('aloop.server').client(vim.api.nvim_get_current_buf())
  return client and vim.deepcopy(require('aloop.state').of(client.id))
end

return M
