-- Asks the user, inside async.run. Every function returns nil if the user cancels.

local async = require('aloop.async')
local server = require('aloop.server')

local M = {}

---@generic T
---@param items T[]
---@param prompt string
---@param format fun(item: T): string
---@return T?
function M.select(items, prompt, format)
  return async.await(function(done)
    vim.ui.select(items, { prompt = prompt, format_item = format, kind = 'aloop' }, done)
  end)
end

---@param options { prompt: string, default: string?, completion: string? }
---@return string?
function M.input(options)
  return async.await(function(done)
    vim.ui.input(options, done)
  end)
end

---Asks for text that is hidden while the user types it; empty if the user cancels.
---@param prompt string
---@return string
function M.secret(prompt)
  local ok, text = pcall(vim.fn.inputsecret, prompt)
  vim.cmd.redraw()
  return ok and vim.trim(text) or ''
end

---One line about a model, for lists.
---@param model aloop.Model
---@return string
function M.model_line(model)
  local parts = {}
  if model.displayName ~= model.modelId then
    table.insert(parts, model.displayName .. ' -')
  end
  table.insert(parts, model.modelId)
  if model.current then
    table.insert(parts, '[CURRENT]')
  end
  if model.default then
    table.insert(parts, '[DEFAULT]')
  end
  if not model.ready then
    table.insert(parts, ('(not ready: %s)'):format(model.notReady or 'see its entry'))
  end
  return table.concat(parts, ' ')
end

---Runs a command and returns its result; shows a refusal.
---@param context aloop.Context
---@param command string
---@param argument table?
---@return table? result
function M.result(context, command, argument)
  local outcome = server.execute(context.client, command, vim.tbl_extend('force', context.place, argument or {}))
  if not outcome.result then
    require('aloop.notify').refusal(outcome)
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

---Runs a command and asks for the secrets that it needs, hidden.
---@param context aloop.Context
---@param command string
---@param argument table
---@return aloop.Outcome
---@return table argument with the answers
function M.execute(context, command, argument)
  argument = vim.tbl_extend('force', context.place, argument, { ask = true })
  local outcome = server.execute(context.client, command, argument)
  local question = outcome.question
  if not question then
    return outcome, argument
  end
  local text = M.secret(question.prompt .. ' (hidden): ')
  if text == '' and question.required then
    return { message = 'No key entered. Nothing was changed.', reason = outcome.reason }, argument
  end
  local place, name = argument, question.field
  local inner = name:match('^fields%.(.+)$')
  if inner then
    argument.fields = vim.deepcopy(argument.fields or {})
    place, name = argument.fields, inner
  end
  place[name] = text ~= '' and text or vim.NIL
  return M.execute(context, command, argument)
end

---The current models of the file; shows a refusal.
---@param context aloop.Context
---@return aloop.Model[]?
function M.models(context)
  local result = M.result(context, 'aloop.listModels')
  return result and result.models
end

---Asks for a model of the file.
---@param context aloop.Context
---@param prompt string
---@return string? model_id
function M.model(context, prompt)
  local models = M.models(context)
  if models and #models == 0 then
    require('aloop.notify').info('No models yet. Add one: :Aloop add')
  elseif models then
    local model = M.select(models, prompt, M.model_line)
    return model and model.modelId
  end
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

---The server's completions of a word, without the part up to its `=`.
---@param context aloop.Context
---@param words string[]
---@param word string
---@return string[]
local function completions(context, words, word)
  local argument = vim.tbl_extend('force', context.place, { words = words, word = word })
  local outcome = server.execute(context.client, 'aloop.complete', argument)
  return vim.tbl_map(function(candidate)
    return word == '' and candidate.value:match('^(.-)=?$') or candidate.value:sub(#word + 1)
  end, outcome.result and outcome.result.candidates or {})
end

---Asks for a field and its value, hidden for a secret; returns `field=value`.
---@param context aloop.Context
---@param model_id string
---@return string?
function M.field(context, model_id)
  local result = M.result(context, 'aloop.showModel', { modelId = model_id })
  if not result then
    return nil
  end
  local present = result.fields
  local names, is_known = completions(context, { 'edit', model_id }, ''), {}
  for _, name in ipairs(names) do
    is_known[name] = true
  end
  for name in vim.spairs(present) do
    if not is_known[name] then
      table.insert(names, name)
    end
  end
  local name = M.select(names, ('Edit which field of %s?'):format(model_id), function(name)
    local value = present[name]
    return value == nil and name or ('%s: %s'):format(name, M.text(value))
  end)
  if not name then
    return nil
  end
  -- The value of a field that the server does not know can be a secret.
  if not is_known[name] or vim.list_contains(completions(context, { 'edit', model_id }, name .. '='), '-') then
    local text = M.secret(('%s (hidden; leave empty to keep the value): '):format(name))
    return text ~= '' and ('%s=%s'):format(name, text) or nil
  end
  local before = present[name] ~= nil and M.text(present[name]) or ''
  local text = M.input({ prompt = ('%s (leave empty to remove): '):format(name), default = before })
  return text and ('%s=%s'):format(name, vim.trim(text))
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
