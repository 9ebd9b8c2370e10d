-- The state of the models as each server told it last.

local M = {}

---@type table<integer, aloop.State>
local states = {}

---JSON's null, which Neovim reads as a value of its own, as nil.
---@param value any
---@return any
function M.without_null(value)
  if value == vim.NIL then
    return nil
  end
  if type(value) ~= 'table' then
    return value
  end
  local result = setmetatable({}, getmetatable(value))
  for name, item in pairs(value) do
    result[name] = M.without_null(item)
  end
  return result
end

---@param client_id integer
---@return aloop.State?
function M.of(client_id)
  return states[client_id]
end

---@param client_id integer
---@param told aloop.State? nil where the server has ended
function M.tell(client_id, told)
  states[client_id] = told and M.without_null(told)
  vim.cmd.redrawstatus({ bang = true })
  vim.api.nvim_exec_autocmds('User', { pattern = 'AloopModelsChanged', data = { client_id = client_id } })
end

return M
