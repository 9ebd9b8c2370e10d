-- The newest state of the models that each server has sent.

local M = {}

---@class aloop.Session
---@field id string
---@field kind string
---@field modelId string?
---@field displayName string?
---@field pid integer
---@field folder string
---@field switchable boolean whether a command in this editor can switch it

---@class aloop.Model
---@field modelId string
---@field displayName string
---@field provider string
---@field current boolean
---@field default boolean
---@field selected boolean whether the next agent starts with it
---@field ready boolean
---@field notReady string?

---@class aloop.State
---@field file string?
---@field uri string?
---@field default string?
---@field choice { modelId: string, displayName: string }? the model of the next agent
---@field label string the models of the agents here, or of the next agent; empty if there is no model
---@field sessions aloop.Session[]
---@field models aloop.Model[] while there is a problem, the models of the last valid version
---@field moreModels integer? the number of models that are not in `models`, which has those in use
---@field problem { line: integer?, message: string }? why the file cannot be used

---@type table<integer, aloop.State>
local states = {}

---Replaces vim.NIL, which Neovim decodes JSON's null to, with nil.
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
function M.get(client_id)
  return states[client_id]
end

---The agents that a command in this editor can switch.
---@param state { sessions: aloop.Session[] }
---@return aloop.Session[]
function M.agents(state)
  return vim.tbl_filter(function(session)
    return session.switchable
  end, state.sessions)
end

---@param client_id integer
---@param state aloop.State? nil if the server has stopped
function M.set(client_id, state)
  states[client_id] = state and M.without_null(state)
  vim.cmd.redrawstatus({ bang = true })
  vim.api.nvim_exec_autocmds('User', { pattern = 'AloopModelsChanged', data = { client_id = client_id } })
end

return M
