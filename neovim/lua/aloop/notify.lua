-- Shows the result of a command, or why it was refused, without a "Press ENTER" prompt.

local M = {}

local NAMESPACE = vim.api.nvim_create_namespace('aloop.notify')
local HIGHLIGHTS = { [vim.log.levels.WARN] = 'WarningMsg', [vim.log.levels.ERROR] = 'ErrorMsg' }
local MARGIN = 4

---@type integer? the window of the newest note
local note_window

---@param message string
function M.info(message)
  M.show(message, vim.log.levels.INFO)
end

---@param message string
function M.warn(message)
  M.show(message, vim.log.levels.WARN)
end

---Shows a message on the command line, or in a window above it if it does not fit. `:messages` has all of it.
---@param message string
---@param level integer
function M.show(message, level)
  -- A plugin that shows messages in its own way has no "Press ENTER" prompt.
  if not vim.endswith(debug.getinfo(vim.notify, 'S').source, 'vim/_editor.lua') then
    vim.notify(message, level)
    return
  end
  M.close_note()
  local lines = M.wrap(message, vim.v.echospace)
  for _, line in ipairs(lines) do
    -- Neovim waits for Enter after a message that does not fit, or after two without a redraw.
    vim.cmd.redraw()
    vim.api.nvim_echo({ { line, HIGHLIGHTS[level] } }, true, {})
  end
  if #lines > 1 then
    vim.cmd.redraw()
    vim.api.nvim_echo({ { '' } }, false, {})
    M.note({ message }, HIGHLIGHTS[level])
    M.close_note_after_move()
  end
end

---The message with `:Aloop` in place of the commands of a terminal.
---@param message string
---@return string
function M.in_own_words(message)
  local text = message:gsub('aloop models (%l+), or /model[ %l]*', 'aloop models %1')
  text = text:gsub('aloop models init', ':Aloop open'):gsub('aloop models (%l+)', ':Aloop %1')
  return (text:gsub('or set allowUnusualId', ''))
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
  M.show(M.in_own_words(message), has_warnings and vim.log.levels.WARN or vim.log.levels.INFO)
end

---Why a command was refused, with the suggestions that the server's message does not name.
---@param outcome aloop.Outcome
---@return string
function M.refusal_text(outcome)
  local message = outcome.message or 'The aloop server refused the command without a reason. See :Aloop log'
  local more = vim.tbl_filter(function(suggestion)
    return not message:find(suggestion, 1, true)
  end, outcome.suggestions or {})
  if #more > 0 then
    message = ('%s (%s)'):format(message, table.concat(more, ', '))
  end
  return M.in_own_words(message)
end

---Shows why a command was refused.
---@param outcome aloop.Outcome
function M.refusal(outcome)
  M.show(M.refusal_text(outcome), outcome.reason and vim.log.levels.WARN or vim.log.levels.ERROR)
end

---The text in lines of at most `width` cells, broken at spaces where there are any.
---@param text string
---@param width integer
---@return string[]
function M.wrap(text, width)
  local lines = {}
  for _, paragraph in ipairs(vim.split(text, '\n')) do
    local line = ''
    for word in paragraph:gmatch('%S+') do
      local longer = line == '' and word or line .. ' ' .. word
      if vim.fn.strdisplaywidth(longer) > width and line ~= '' then
        table.insert(lines, line)
        longer = word
      end
      while vim.fn.strdisplaywidth(longer) > width do
        table.insert(lines, vim.fn.strcharpart(longer, 0, width))
        longer = vim.fn.strcharpart(longer, width)
      end
      line = longer
    end
    table.insert(lines, line)
  end
  return lines
end

---Shows texts in a window above the command line, each on its own lines; it stays until `close_note`.
---@param texts string[]
---@param highlight string? of the first text
function M.note(texts, highlight)
  M.close_note()
  local width, lines, first = math.max(vim.o.columns - MARGIN, 1), {}, 0
  for place, text in ipairs(texts) do
    vim.list_extend(lines, vim.tbl_map(require('aloop.status').printable, M.wrap(text, width)))
    first = place == 1 and #lines or first
  end
  local buffer = vim.api.nvim_create_buf(false, true)
  vim.bo[buffer].bufhidden = 'wipe'
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  for line = 0, highlight and first - 1 or -1 do
    vim.api.nvim_buf_set_extmark(buffer, NAMESPACE, line, 0, { end_row = line + 1, hl_group = highlight })
  end
  local widest = math.max(1, unpack(vim.tbl_map(vim.fn.strdisplaywidth, lines)))
  note_window = vim.api.nvim_open_win(buffer, false, {
    relative = 'editor',
    anchor = 'SW',
    row = vim.o.lines - vim.o.cmdheight - (vim.o.laststatus > 0 and 1 or 0),
    col = 1,
    width = math.min(widest, width),
    height = math.min(#lines, math.max(vim.o.lines - MARGIN, 1)),
    style = 'minimal',
    border = 'rounded',
    focusable = false,
    noautocmd = true,
  })
  vim.cmd.redraw()
end

function M.close_note()
  if note_window and vim.api.nvim_win_is_valid(note_window) then
    vim.api.nvim_win_close(note_window, true)
  end
  note_window = nil
end

---Closes the note when the user continues working.
function M.close_note_after_move()
  local group = vim.api.nvim_create_augroup('aloop.note', {})
  -- The command itself can move the cursor, when it reloads the buffer.
  vim.schedule(function()
    vim.api.nvim_create_autocmd({ 'CursorMoved', 'CursorMovedI', 'InsertEnter', 'WinEnter' }, {
      group = group,
      once = true,
      callback = M.close_note,
    })
  end)
end

---Shows Markdown, rendered, in a window above that `q` closes.
---@param name string
---@param lines string[]
---@return integer buffer
function M.page(name, lines)
  local buffer = M.split(name, lines, 'markdown')
  vim.wo.conceallevel = 2
  -- Highlights the code blocks too; without the parser, the syntax file does.
  pcall(vim.treesitter.start, buffer, 'markdown')
  return buffer
end

---Shows lines in a window above that `q` closes; replaces the page of an earlier command.
---@param name string
---@param lines string[]
---@param filetype string
---@return integer buffer
function M.split(name, lines, filetype)
  local buffer = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.tbl_map(require('aloop.status').printable, lines))
  vim.bo[buffer].filetype = filetype
  vim.bo[buffer].bufhidden = 'wipe'
  vim.bo[buffer].modifiable = false
  vim.b[buffer].aloop_page = name
  local open = vim.iter(vim.api.nvim_tabpage_list_wins(0)):find(function(window)
    return vim.b[vim.api.nvim_win_get_buf(window)].aloop_page ~= nil
  end)
  if open then
    vim.api.nvim_set_current_win(open)
    vim.api.nvim_win_set_buf(open, buffer)
  else
    local height = math.min(math.max(#lines, 3), math.max(math.floor(vim.o.lines * 0.6), 3))
    vim.api.nvim_open_win(buffer, true, { split = 'above', height = height })
  end
  vim.wo.statusline = (' %s%%=q closes '):format(name:gsub('%%', '%%%%'))
  vim.wo.wrap, vim.wo.linebreak, vim.wo.number, vim.wo.signcolumn = true, true, false, 'no'
  vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = buffer, nowait = true, desc = 'Close' })
  return buffer
end

return M
