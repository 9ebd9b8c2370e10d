-- Asks the user, inside async.run. Every function returns nil if the user cancels.

local async = require('aloop.async')
local notify = require('aloop.notify')
local server = require('aloop.server')

local M = {}

-- What vim.ui.select prints besides the items: the prompt, and its own question on up to two lines.
local SELECT_LINES = 6
local SELECT_NUMBER = 6
-- What remains for the context window and price after a long ID.
local DETAIL_WIDTH = 28

---The text in at most `width` cells.
---@param text string
---@param width integer
---@return string
function M.cut(text, width)
  if vim.fn.strdisplaywidth(text) <= width then
    return text
  end
  local count = width - 1
  while vim.fn.strdisplaywidth(vim.fn.strcharpart(text, 0, count)) > width - 1 do
    count = count - 1
  end
  return vim.fn.strcharpart(text, 0, count) .. '…'
end

---Asks for one of the items. Neovim's own list has no scrolling: it gets as many rows as the screen, then `More…`.
---@generic T
---@param items T[]
---@param prompt string
---@param format fun(item: T): string
---@param other string? a last row for something else
---@return T? item
---@return boolean? is_other
function M.select(items, prompt, format, other)
  local is_own = not vim.endswith(debug.getinfo(vim.ui.select, 'S').source, 'vim/ui.lua')
  local more = {}
  local size = is_own and math.max(#items, 1) or math.max(vim.o.lines - SELECT_LINES, 3)
  local first = 1
  while true do
    local page = vim.list_slice(items, first, first + size - 1)
    local has_more = first + size <= #items
    if has_more then
      table.insert(page, more)
    end
    if other then
      table.insert(page, M)
    end
    local picked = async.await(function(done)
      vim.ui.select(page, {
        prompt = prompt,
        kind = 'aloop',
        format_item = function(item)
          local text = item == more and 'More…' or item == M and other or format(item)
          return M.cut(require('aloop.status').printable(text), vim.o.columns - SELECT_NUMBER)
        end,
      }, done)
    end)
    notify.close_note()
    vim.cmd.redraw()
    if picked ~= more then
      if picked == M then
        return nil, true
      end
      return picked
    end
    first = first + size
  end
end

---@param options { prompt: string, default: string?, completion: string? }
---@return string?
function M.input(options)
  local text = async.await(function(done)
    vim.ui.input(options, done)
  end)
  notify.close_note()
  vim.cmd.redraw()
  return text
end

---Asks for text that is hidden while the user types it; empty if the user cancels.
---@param prompt string
---@return string
function M.secret(prompt)
  local ok, text = pcall(vim.fn.inputsecret, prompt)
  notify.close_note()
  vim.cmd.redraw()
  return ok and vim.trim(text) or ''
end

---Runs a command and returns its result; shows a refusal.
---@param context aloop.Context
---@param command string
---@param argument table?
---@return table? result
function M.result(context, command, argument)
  local outcome = server.execute(context.client, command, vim.tbl_extend('force', context.place, argument or {}))
  if not outcome.result then
    notify.refusal(outcome)
  end
  return outcome.result
end

---Parses a command line or its words; shows a refusal.
---@param context aloop.Context
---@param line string|string[]
---@return { argument: table<string, any>, history: string? }?
function M.parsed(context, line)
  local result = M.result(context, 'aloop.parse', type(line) == 'string' and { line = line } or { words = line })
  for _, name in ipairs(result and result.removed or {}) do
    -- Neovim drops the null of a removed field when it decodes the answer.
    result.argument.fields[name] = vim.NIL
  end
  return result
end

---The server's completions of a word after the words.
---@param context aloop.Context
---@param words string[]
---@param word string
---@return aloop.Candidate[]
function M.candidates(context, words, word)
  local argument = vim.tbl_extend('force', context.place, { words = words, word = word })
  local outcome = server.execute(context.client, 'aloop.complete', argument)
  return outcome.result and outcome.result.candidates or {}
end

---@param text string
---@param width integer
---@return string
function M.padding(text, width)
  return (' '):rep(width - vim.fn.strdisplaywidth(text))
end

---@class aloop.Candidate
---@field value string
---@field detail string?
---@field kind string?
---@field label string? a readable name
---@field field string? where the value goes, if not into the question's field
---@field secret boolean?
---@field values string[]?

---A candidate as a row: the value, then what is known of it. The ID of a model contains its name.
---@param width integer of the widest value
---@return fun(candidate: aloop.Candidate): string
function M.candidate_line(width)
  return function(candidate)
    local value = candidate.value
    return vim.trim(('%s%s  %s'):format(value, M.padding(value, width), candidate.detail or ''))
  end
end

---Asks for one of the candidates.
---@param candidates aloop.Candidate[]
---@param prompt string
---@param other string? a last row for something else
---@return aloop.Candidate? candidate
---@return boolean? is_other
function M.candidate(candidates, prompt, other)
  local width = 0
  for _, candidate in ipairs(candidates) do
    width = math.max(width, vim.fn.strdisplaywidth(candidate.value))
  end
  width = math.min(width, vim.o.columns - SELECT_NUMBER - DETAIL_WIDTH)
  return M.select(candidates, prompt, M.candidate_line(width), other)
end

---@class aloop.Question
---@field field string where the answer goes in the argument: `modelId`, `fields.api_key`, …
---@field prompt string
---@field secret boolean
---@field required boolean
---@field candidates aloop.Candidate[]?
---@field choice boolean? whether only a candidate is an answer
---@field placeholder string? an example
---@field initial string? the text that is in the box at first
---@field help { title: string, url: string }?

---The argument with the answer in its field; vim.NIL means none.
---@param argument table
---@param field string
---@param answer any
---@return table
function M.with_answer(argument, field, answer)
  local result, inner = vim.deepcopy(argument), field:match('^fields%.(.+)$')
  if inner then
    result.fields = result.fields or {}
    result.fields[inner] = answer
  else
    result[field] = answer
  end
  return result
end

---What the server says of a value of a field.
---@param context aloop.Context
---@param argument { modelId: string?, provider: string?, fields: table? }
---@param field string
---@param value string
---@return { problem: string?, severity: string?, suggestion: string? }
local function check(context, argument, field, value)
  local model_id = argument.modelId or argument.provider
  local given = { modelId = model_id, fields = argument.fields, field = field, value = value }
  return server.execute(context.client, 'aloop.checkField', vim.tbl_extend('force', context.place, given)).result or {}
end

---Asks for the value of a field until it is right, or has only a warning and is entered twice. Shows the notes above
---the command line.
---@param context aloop.Context
---@param argument { modelId: string?, provider: string?, fields: table? }
---@param options { field: string, prompt: string, default: string?, secret: boolean?, notes: string[] }
---@return string? text nil if the user cancels; of a secret, empty
function M.value(context, argument, options)
  local default, notes, highlight, warned = options.default, options.notes, nil, nil
  while true do
    if #notes > 0 then
      notify.note(notes, highlight)
    end
    local text
    if options.secret then
      text = M.secret(options.prompt .. ' (hidden): ')
    else
      text = M.input({ prompt = options.prompt .. ': ', default = default })
      text = text and vim.trim(text)
    end
    if not text or text == '' then
      return text
    end
    local checked = check(context, argument, options.field, text)
    -- After a secret, the result of the command has the warning.
    if not checked.problem or (checked.severity ~= 'error' and (options.secret or warned == text)) then
      return text
    end
    warned = text
    local suggestion = not options.secret and checked.suggestion or nil
    notes = { checked.problem }
    if suggestion then
      table.insert(notes, ('Did you mean %s?'):format(suggestion))
    end
    default = suggestion or text
    highlight = checked.severity == 'error' and 'ErrorMsg' or 'WarningMsg'
  end
end

local ANOTHER_KEY, ANOTHER, LATER = 'Enter another key…', 'Enter another value…', 'Add the key later'

---Asks one question of the server.
---@param context aloop.Context
---@param question aloop.Question
---@param argument table
---@return table? argument with the answer
local function ask(context, question, argument)
  local candidates = question.candidates or {}
  if #candidates > 0 then
    local is_key = question.secret
    local rows = vim.list_extend({}, candidates)
    if is_key and not question.required then
      table.insert(rows, { value = LATER })
    end
    local picked, is_other = M.select(rows, question.prompt, function(row)
      local detail = row.detail ~= '' and row.detail or nil
      if is_key then
        return row.value == LATER and LATER or ('Use the key of %s'):format(detail or row.value)
      end
      return (question.choice and row.label or row.value) .. (detail and '  ' .. detail or '')
    end, is_key and ANOTHER_KEY or question.field:find('^fields%.') and ANOTHER or nil)
    if picked then
      local is_answer = picked.value ~= LATER
      return M.with_answer(argument, picked.field or question.field, is_answer and picked.value or vim.NIL)
    elseif not is_other then
      return nil
    end
  end
  local notes = {}
  if question.placeholder and not question.initial then
    table.insert(notes, ('Example: %s'):format(question.placeholder))
  end
  if question.help then
    table.insert(notes, ('%s: %s'):format(question.help.title, question.help.url))
  end
  local text = M.value(context, argument, {
    field = question.field,
    prompt = question.prompt,
    default = question.initial,
    secret = question.secret,
    notes = notes,
  })
  if text == nil then
    return nil
  elseif text == '' and question.required then
    local what = question.secret and 'key' or question.field:match('[^.]+$')
    notify.warn(('No %s entered. Nothing was changed.'):format(what))
    return nil
  end
  return M.with_answer(argument, question.field, text ~= '' and text or vim.NIL)
end

---Runs a command and asks the questions that it has first. Cancelling a question is the reason `cancelled`.
---@param context aloop.Context
---@param command string
---@param argument table
---@return aloop.Outcome? outcome nil if the user cancels
---@return table argument with the answers
function M.execute(context, command, argument)
  argument = vim.tbl_extend('force', context.place, argument, { ask = true })
  local outcome = server.execute(context.client, command, argument)
  if not outcome.question then
    return outcome, argument
  end
  local answered = ask(context, outcome.question, argument)
  if not answered then
    return nil, argument
  end
  return M.execute(context, command, answered)
end

---The rows of the models of the file; shows a message if there are none.
---@param context aloop.Context
---@return aloop.Rows?
function M.rows(context)
  local rows = require('aloop.rows').of_models(context)
  if rows and #rows == 0 then
    notify.info('No models yet. Add one: :Aloop add')
    return nil
  end
  return rows
end

---Asks for a model of the file.
---@param context aloop.Context
---@param prompt string
---@return string? model_id
function M.model(context, prompt)
  local rows = M.rows(context)
  local row = rows and M.select(rows, prompt, function(row)
    return row.line
  end)
  return row and row.model_id
end

---One line about a running agent, for lists; the home folder is `~`.
---@param session aloop.Session
---@return string
function M.session_line(session)
  local name = session.displayName or session.modelId or 'no model'
  local task = session.kind == 'task' and 'task, ' or ''
  local folder = vim.fn.fnamemodify(session.folder, ':~')
  return ('%s - %sprocess %d in %s (%s)'):format(name, task, session.pid, folder, session.id)
end

---Asks for one of the agents that can be switched; `*` for all of them.
---@param context aloop.Context
---@return string?
function M.session(context)
  local result = M.result(context, 'aloop.listSessions')
  if not result then
    return nil
  end
  local agents = require('aloop.state').agents(result)
  local rows = { { id = '*' }, unpack(agents) }
  local row = M.select(rows, 'Switch which agent?', function(row)
    return row.pid and M.session_line(row) or ('All of them (%d agents)'):format(#agents)
  end)
  return row and row.id
end

---A value as the user types it.
---@param value any
---@return string
function M.text(value)
  return type(value) == 'table' and vim.json.encode(value) or tostring(value)
end

---The providers and models of the file, for choosing whose key to replace.
---@param models aloop.Model[]
---@return { provider: string?, modelId: string? }[]
function M.owners(models)
  local owners, seen = {}, {}
  for _, model in ipairs(models) do
    if not seen[model.provider] then
      seen[model.provider] = true
      table.insert(owners, { provider = model.provider })
    end
  end
  for _, model in ipairs(models) do
    table.insert(owners, { modelId = model.modelId })
  end
  return owners
end

return M
