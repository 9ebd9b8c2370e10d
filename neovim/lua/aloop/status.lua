-- What the statusline says about a state of the models.

local M = {}

---@class aloop.Session
---@field id string
---@field kind string
---@field modelId string?
---@field displayName string?
---@field pid integer
---@field folder string
---@field here boolean? in the folder or a terminal of this editor

---@class aloop.Model
---@field modelId string
---@field displayName string
---@field current boolean
---@field default boolean
---@field ready boolean
---@field notReady string?
---@field contextWindow integer? tokens
---@field inputPrice number? US dollars per million tokens
---@field outputPrice number?

---@class aloop.State
---@field file string?
---@field uri string?
---@field default string?
---@field current string?
---@field choice { modelId: string, displayName: string }?
---@field sessions aloop.Session[]
---@field models aloop.Model[] those of the last valid version while there is a problem
---@field problem { line: integer?, message: string }? why the file cannot be used now

---The agents that a switch can mean without naming one: none at a task, none in another folder.
---@param state { sessions: aloop.Session[] }
---@return aloop.Session[]
function M.agents(state)
  return vim.tbl_filter(function(session)
    return session.kind ~= 'task' and session.here ~= false
  end, state.sessions)
end

---@param state aloop.State
---@return string
local function usual_text(state)
  local agents = M.agents(state)
  if #agents == 0 then
    return state.choice and M.plain(state.choice.displayName) .. ' (next agent)' or ''
  end
  local models = {}
  for _, agent in ipairs(agents) do
    models[agent.modelId or ''] = true
  end
  local count = vim.tbl_count(models)
  if count > 1 then
    return ('%d agents, %d models'):format(#agents, count)
  end
  local name = M.plain(agents[1].displayName or agents[1].modelId or 'no model')
  return #agents == 1 and name or ('%s ×%d'):format(name, #agents)
end

---`GPT-4o (next agent)`, `GPT-4o`, `GPT-4o ×3` or `3 agents, 2 models`, with ` [models.yaml: line 7]` while the file is
---broken; empty without a state or a model.
---@param state aloop.State?
---@return string
function M.text(state)
  if not state then
    return ''
  end
  local problem = state.problem
  local broken = problem
    and (problem.line and ('[models.yaml: line %d]'):format(problem.line) or '[models.yaml: not readable]')
  return vim.trim(usual_text(state) .. ' ' .. (broken or ''))
end

---A display name as text: control characters are shown, not obeyed.
---@param text string
---@return string
function M.plain(text)
  return vim.fn.strtrans(text)
end

return M
