-- Completion of the command line: verbs, models, providers, fields and their values.

local ask = require('aloop.ask')
local catalog = require('aloop.catalog')
local fields = require('aloop.fields')
local server = require('aloop.server')
local state = require('aloop.state')
local verbs = require('aloop.verbs')

local M = {}

---Those that begin as typed, else those that hold it; case ignored.
---@param items string[]
---@param typed string
---@return string[]
local function fitting(items, typed)
  local wanted = typed:lower()
  local function that(found)
    return vim.tbl_filter(function(item)
      return found(item:lower())
    end, items)
  end
  local beginning = that(function(item)
    return vim.startswith(item, wanted)
  end)
  return #beginning > 0 and beginning or that(function(item)
    return item:find(wanted, 1, true) ~= nil
  end)
end

---The state, where there is one or comes within a moment.
---@return aloop.State?
local function known()
  local client = server.ready_now(vim.api.nvim_get_current_buf())
  if client then
    vim.wait(2000, function()
      return state.of(client.id) ~= nil
    end, 10)
    return state.of(client.id)
  end
end

---@return string[]
local function ids()
  local told = known()
  return vim.tbl_map(function(model)
    return model.modelId
  end, told and told.models or {})
end

---@param model_id string
---@param given string[]
---@param typed string
---@return string[]
local function field_words(model_id, given, typed)
  local name = typed:match('^([%w_-]+)=')
  if name then
    local field = fields[name]
    return vim.tbl_map(function(value)
      return name .. '=' .. value
    end, field and (field.secret and { '-' } or field.values) or {})
  end
  local left = vim.tbl_filter(function(each)
    return not vim.iter(given):any(function(word)
      return vim.startswith(word, each .. '=')
    end)
  end, ask.field_names(model_id))
  return vim.tbl_map(function(each)
    return each .. '='
  end, left)
end

---The ids of the agents that can be switched, and `*` where that is several of them.
---@return string[]
local function session_words()
  local told = known()
  local words = vim.tbl_map(function(session)
    return session.id
  end, told and require('aloop.status').agents(told) or {})
  if #words > 1 then
    table.insert(words, '*')
  end
  return words
end

---@param verb aloop.Verb
---@return string[]
local function option_words(verb)
  local options = vim.tbl_keys(verb.options or {})
  table.sort(options)
  return options
end

---The words that could stand where `typed` begins.
---@param typed string
---@param line string
---@param cursor integer
---@return string[]
function M.complete(typed, line, cursor)
  local before = vim.split(vim.trim(line:sub(1, cursor - #typed)), '%s+')
  table.remove(before, 1)
  local verb = verbs[before[1] or '']
  if #before == 0 then
    return fitting(
      vim.tbl_map(function(each)
        return each.name
      end, vim.list_slice(verbs, 1, #verbs)),
      typed
    )
  elseif not verb then
    return {}
  elseif vim.startswith(typed, '-') then
    return fitting(option_words(verb), typed)
  end
  local given = vim.tbl_filter(function(word)
    return not vim.startswith(word, '--')
  end, vim.list_slice(before, 2))
  if #given == 0 then
    return M.first_words(verb, typed)
  end
  if verb.name == 'switch' and #given == 1 then
    return fitting(session_words(), typed)
  end
  return verb.fields and fitting(field_words(given[1], given, typed), typed) or {}
end

---@param verb aloop.Verb
---@param typed string
---@return string[]
function M.first_words(verb, typed)
  if verb.takes == 'new' then
    return M.new_ids(typed)
  elseif verb.takes == 'none' then
    return {}
  end
  local words = ids()
  if verb.takes == 'owner' then
    local providers = {}
    for _, id in ipairs(words) do
      providers[id:match('^[^/]*')] = true
    end
    local names = vim.tbl_keys(providers)
    table.sort(names)
    words = vim.list_extend(names, words)
  end
  return fitting(words, typed)
end

---Providers, then the models of one that the file does not have, as the server ranks them.
---@param typed string
---@return string[]
function M.new_ids(typed)
  local client = server.ready_now(vim.api.nvim_get_current_buf())
  local configured = ids()
  return vim.tbl_filter(function(id)
    return not vim.list_contains(configured, id)
  end, client and catalog.ids(client, typed) or {})
end

return M
