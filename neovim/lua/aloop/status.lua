-- What the statusline says about a state of the models.

local M = {}

---The state's label, with ` [models.yaml: line 7]` while the file is broken; empty without a state or a model.
---@param state aloop.State?
---@return string
function M.text(state)
  local problem = state and state.problem
  local place = problem and (problem.line and 'line ' .. problem.line or 'not readable')
  return vim.trim((state and M.plain(state.label) or '') .. (place and (' [models.yaml: %s]'):format(place) or ''))
end

---A display name as text: control characters are shown, not obeyed.
---@param text string
---@return string
function M.plain(text)
  return vim.fn.strtrans(text)
end

return M
