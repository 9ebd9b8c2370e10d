-- :Aloop discover: the models that Ollama, LM Studio, vLLM and llama.cpp on this machine offer.
-- `aloop models discover` asks them, because the language server opens no network connection.

local notify = require('aloop.notify')
local program = require('aloop.program')
local prompt = require('aloop.prompt')

local M = {}

local DONE = 'Done'

---@class aloop.LocalModel
---@field modelId string
---@field fields table<string, any>?
---@field detail string?
---@field configured boolean
---@field server string

---The local servers' models that the file does not have.
---@param report { servers: { name: string, url: string, models: aloop.LocalModel[] }[] }
---@return aloop.LocalModel[]
local function new_models(report)
  local found = {}
  for _, server in ipairs(report.servers or {}) do
    for _, model in ipairs(server.models) do
      if not model.configured then
        table.insert(found, vim.tbl_extend('force', model, { server = server.name }))
      end
    end
  end
  return found
end

---@param model aloop.LocalModel
---@return string
local function line(model)
  local detail = model.detail and model.detail ~= '' and ' · ' .. model.detail or ''
  return ('%s  %s%s'):format(model.modelId, model.server, detail)
end

---@param models aloop.LocalModel[]
---@return aloop.LocalModel[]
local function ask(models)
  local chosen, left = {}, vim.list_extend({}, models)
  while #left > 0 do
    local title = #chosen == 0 and 'Add which local model?' or ('%d selected. Add which one too?'):format(#chosen)
    local all = { modelId = ('All of them (%d models)'):format(#left) }
    local rows = #left > 1 and { all, unpack(left) } or left
    local picked, is_done = prompt.select(rows, title, function(model)
      return model == all and all.modelId or line(model)
    end, #chosen > 0 and DONE or nil)
    if picked == all then
      return vim.list_extend(chosen, left)
    elseif not picked then
      return is_done and chosen or {}
    end
    table.insert(chosen, picked)
    left = vim.tbl_filter(function(model)
      return model ~= picked
    end, left)
  end
  return chosen
end

---Adds the models in one edit.
---@param context aloop.Context
---@param models aloop.LocalModel[]
local function add(context, models)
  local entries = vim.empty_dict()
  for _, model in ipairs(models) do
    entries[model.modelId] = model.fields or vim.empty_dict()
  end
  local argument = vim.tbl_extend('force', context.place, { text = vim.json.encode({ models = entries }) })
  notify.outcome(require('aloop.server').execute(context.client, 'aloop.importModels', argument))
end

---The arguments of `aloop` for the words after `discover`: `all`, and URLs to ask instead of the usual ports.
---@param context aloop.Context
---@return string[]? arguments nil if a word is neither
---@return boolean is_all
local function arguments_of(context)
  local arguments, is_all = { 'models', 'discover', '--json' }, false
  if context.place.uri then
    vim.list_extend(arguments, { '--config', vim.uri_to_fname(context.place.uri) })
  end
  for word in context.rest:gmatch('%S+') do
    if word == 'all' then
      is_all = true
    elseif word:find('^https?://') then
      vim.list_extend(arguments, { '--url', word })
    else
      return nil, false
    end
  end
  return arguments, is_all
end

---@param context aloop.Context
function M.run(context)
  local arguments, is_all = arguments_of(context)
  if not arguments then
    notify.warn('Unknown argument. Usage: :Aloop discover [all] [URL ...]')
    return
  end
  local done = program.run(context.client, arguments)
  if not done then
    notify.warn('`aloop` is not installed next to the aloop server. See :checkhealth aloop')
    return
  end
  local report, problem = program.json(done)
  if not report then
    notify.warn(notify.in_own_words(problem))
    return
  end
  local models = new_models(report)
  if #models == 0 then
    notify.info(report.message or 'No local server offers a model that models.yaml does not have.')
    return
  end
  local chosen = is_all and models or ask(models)
  if #chosen > 0 then
    add(context, chosen)
  end
end

return M
