-- Shows the result of a command, or why it was refused.

local M = {}

---@param message string
function M.info(message)
  vim.notify(message, vim.log.levels.INFO)
end

---@param message string
function M.warn(message)
  vim.notify(message, vim.log.levels.WARN)
end

---Shows the message of a result or a refusal.
---@param outcome aloop.Outcome
function M.outcome(outcome)
  local result = outcome.result
  if not result then
    M.refusal(outcome)
    return
  end
  local is_unsaved = result.saved == false
  local message = is_unsaved and result.message .. ' Not saved yet: use :write.' or result.message
  local has_warnings = result.warnings and #result.warnings > 0
  vim.notify(message, has_warnings and vim.log.levels.WARN or vim.log.levels.INFO)
end

---Shows why a command was refused, with the suggestions that the message does not name.
---@param outcome aloop.Outcome
function M.refusal(outcome)
  local message = outcome.message or 'The aloop server refused the command without a reason. See :Aloop log'
  local more = vim.tbl_filter(function(suggestion)
    return not message:find(suggestion, 1, true)
  end, outcome.suggestions or {})
  if #more > 0 then
    message = ('%s (%s)'):format(message, table.concat(more, ', '))
  end
  vim.notify(message, outcome.reason and vim.log.levels.WARN or vim.log.levels.ERROR)
end

---Shows lines in a floating window that closes when the cursor moves.
---@param title string
---@param lines string[]
function M.window(title, lines)
  vim.lsp.util.open_floating_preview(vim.tbl_map(require('aloop.status').printable, lines), '', {
    border = 'rounded',
    title = (' %s '):format(title),
    focus_id = 'aloop',
    -- Without this, a second call enters the first window instead of replacing it.
    focus = false,
    wrap = false,
  })
end

---Shows Markdown, rendered, in a window above that `q` closes.
---@param name string
---@param lines string[]
function M.page(name, lines)
  local buffer = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.bo[buffer].filetype = 'markdown'
  vim.bo[buffer].bufhidden = 'wipe'
  vim.bo[buffer].modifiable = false
  vim.b[buffer].aloop_page = name
  local window = vim.api.nvim_open_win(buffer, true, { split = 'above' })
  vim.wo[window].conceallevel = 2
  vim.wo[window].wrap = true
  vim.wo[window].linebreak = true
  -- Highlights the code blocks too; without the parser, the syntax file does.
  pcall(vim.treesitter.start, buffer, 'markdown')
  vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = buffer, nowait = true, desc = 'Close' })
end

return M
