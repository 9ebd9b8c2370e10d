-- The state of the models as each server told it last.

local M = {}

---@class aloop.Session
---@field id string
---@field kind string
---@field modelId string?
---@field displayName string?
---@field pid integer
---@field folder string
---@field switchable boolean whether a switch in this editor can mean it

---@class aloop.Model
---@field modelId string
---@field displayName string
---@field provider string
---@field current boolean
---@field default boolean
---@field selected boolean the next agent starts with it
---@field ready boolean
---@field notReady string?

---@class aloop.State
---@field file string?
---@field uri string?
---@field label string what the agents here use, or the next one will; empty where that is no model
---@field sessions aloop.Session[]
---@field models aloop.Model[] those of the last valid version while there is a problem
---@field problem { line: integer?, message: string }? why the file cannot be used now

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

---The agents that a switch can mean.
---@param state { sessions: aloop.Session[] }
---@return aloop.Session[]
function M.agents(state)
  return vim.tbl_filter(function(session)
    return session.switchable
  end, state.sessions)
end

---@param client_id integer
---@param told aloop.State? nil where the server has ended
function M.tell(client_id, told)
  states[client_id] = told and M.without_null(told)
  vim.cmd.redrawstatus({ bang = true })
  vim.api.nvim_exec_autocmds('User', { pattern = 'AloopModelsChanged', data = { client_id = client_id } })
end

return M
