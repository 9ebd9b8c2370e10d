-- Tells a person what came of a command.

local M = {}

---@param message string
function M.info(message)
  vim.notify(message, vim.log.levels.INFO)
end

---@param message string
function M.warn(message)
  vim.notify(message, vim.log.levels.WARN)
end

---The message of a result or a refusal; the result, or nil where there is none.
---@param outcome aloop.Outcome
---@return table?
function M.outcome(outcome)
  local result = outcome.result
  if result then
    local is_unsaved = result.saved == false
    local message = is_unsaved and result.message .. ' It is in the buffer; :write saves it.' or result.message
    local has_warnings = result.warnings and #result.warnings > 0
    vim.notify(message, has_warnings and vim.log.levels.WARN or vim.log.levels.INFO)
    return result
  end
  M.refusal(outcome)
end

---Why a command was refused, with what to give instead.
---@param outcome aloop.Outcome
function M.refusal(outcome)
  local message = outcome.message or 'The aloop server gave no reason. See :Aloop log'
  local more = vim.tbl_filter(function(suggestion)
    return not message:find(suggestion, 1, true)
  end, outcome.suggestions or {})
  if #more > 0 then
    message = ('%s (%s)'):format(message, table.concat(more, ', '))
  end
  vim.notify(message, outcome.reason and vim.log.levels.WARN or vim.log.levels.ERROR)
end

---Lines in a small window that closes when the cursor moves.
---@param title string
---@param lines string[]
function M.window(title, lines)
  vim.lsp.util.open_floating_preview(vim.tbl_map(require('aloop.status').plain, lines), '', {
    border = 'rounded',
    title = (' %s '):format(title),
    focus_id = 'aloop',
    -- A second window takes the place of the first one, which is not entered instead.
    focus = false,
    wrap = false,
  })
end

return M
