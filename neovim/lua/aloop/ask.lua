-- Questions to a person, inside async.run; nil where they were not answered.

local async = require('aloop.async')
local fields = require('aloop.fields')
local server = require('aloop.server')
local words = require('aloop.words')

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

---Text that is not shown while it is typed; empty where nothing was typed.
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

---The models of the file, as they are now; says why where it cannot be known.
---@param context aloop.Context
---@return aloop.Model[]?
function M.models(context)
  local outcome = server.execute(context.client, 'aloop.listModels', context.place)
  if not outcome.result then
    require('aloop.say').refusal(outcome)
    return nil
  end
  return outcome.result.models
end

---The id that the words mean: exactly, or the one model whose id, model part or name they are, case ignored. Words that
---fit none are passed on, for the server to refuse with the nearest. Without words a person chooses.
---@param context aloop.Context
---@param typed string
---@param prompt string
---@return string?
function M.model(context, typed, prompt)
  local models = M.models(context)
  return models and M.model_of(models, typed, prompt)
end

---The same of models that are known already.
---@param models aloop.Model[]
---@param typed string
---@param prompt string
---@return string?
function M.model_of(models, typed, prompt)
  if typed ~= '' then
    return M.meant(models, typed) or typed
  end
  if #models == 0 then
    require('aloop.say').info('There are no models yet. Add one: :Aloop add')
    return nil
  end
  local chosen = M.select(models, prompt, M.model_line)
  return chosen and chosen.modelId
end

---@param models aloop.Model[]
---@param typed string
---@return string?
function M.meant(models, typed)
  local wanted, fits = vim.fn.tolower(typed), {}
  for _, model in ipairs(models) do
    if model.modelId == typed then
      return typed
    end
    local names = { model.modelId, model.modelId:match('/(.*)$') or '', model.displayName }
    if vim.list_contains(vim.tbl_map(vim.fn.tolower, names), wanted) then
      table.insert(fits, model.modelId)
    end
  end
  return #fits == 1 and fits[1] or nil
end

---One line about a running agent, for lists; without a home folder where that is yours.
---@param session aloop.Session
---@return string
function M.session_line(session)
  local name = session.displayName or session.modelId or 'no model'
  local task = session.kind == 'task' and 'task, ' or ''
  local folder = vim.fn.fnamemodify(session.folder, ':~')
  return ('%s - %sprocess %d in %s (%s)'):format(name, task, session.pid, folder, session.id)
end

---The agent that is meant, of those here; `*` where all of them are.
---@param client vim.lsp.Client
---@param uri string?
---@return string?
function M.session(client, uri)
  local outcome = server.execute(client, 'aloop.listSessions', { uri = uri })
  if not outcome.result then
    require('aloop.say').refusal(outcome)
    return nil
  end
  local agents = require('aloop.status').agents(outcome.result)
  local rows = { { id = '*' }, unpack(agents) }
  local chosen = M.select(rows, 'Switch which agent?', function(row)
    return row.pid and M.session_line(row) or ('All of them (%d agents)'):format(#agents)
  end)
  return chosen and chosen.id
end

---The names of the fields that entries of a model take.
---@param model_id string
---@return string[]
function M.field_names(model_id)
  local provider = model_id:match('^[^/]*')
  local names = {}
  for _, field in ipairs(fields) do
    if not field.providers or vim.list_contains(field.providers, provider) then
      table.insert(names, field.name)
    end
  end
  return names
end

---One field with its new value; asks for both, a secret without showing it.
---@param context aloop.Context
---@param model_id string
---@return table<string, any>?
function M.field(context, model_id)
  local argument = vim.tbl_extend('force', context.place, { modelId = model_id })
  local outcome = server.execute(context.client, 'aloop.showModel', argument)
  if not outcome.result then
    require('aloop.say').refusal(outcome)
    return nil
  end
  local present = outcome.result.fields
  local names = M.field_names(model_id)
  for name in vim.spairs(present) do
    if not vim.list_contains(names, name) then
      table.insert(names, name)
    end
  end
  local name = M.select(names, ('Field of %s'):format(model_id), function(name)
    local value = present[name]
    return value == nil and name or ('%s: %s'):format(name, require('aloop.words').text(value))
  end)
  if not name then
    return nil
  end
  if words.is_secret(name) then
    local text = M.secret(('%s (hidden; empty leaves it as it is): '):format(name))
    return text ~= '' and { [name] = words.value(name, text) } or nil
  end
  local before = present[name] ~= nil and words.text(present[name]) or ''
  local text = M.input({ prompt = ('%s (empty removes it): '):format(name), default = before })
  return text and { [name] = words.value(name, vim.trim(text)) }
end

---The providers of the file and its models, to choose whose key is meant.
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
