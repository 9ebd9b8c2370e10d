-- The text of the statusline for a state of the models.

local M = {}

---The label of the state, with ` [models.yaml: line 7]` while the file is broken; empty without a state or a model.
---@param state aloop.State?
---@return string
function M.text(state)
  local problem = state and state.problem
  local place = problem and (problem.line and 'line ' .. problem.line or 'not readable')
  return vim.trim((state and M.printable(state.label) or '') .. (place and (' [models.yaml: %s]'):format(place) or ''))
end

---The text with control characters in caret notation, so that a display name cannot change the screen.
---@param text string
---@return string
function M.printable(text)
  return vim.fn.strtrans(text)
end

return M
