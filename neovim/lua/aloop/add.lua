-- :Aloop add: one box for words, a ranked list of models, then only what the provider needs.

local notify = require('aloop.notify')
local prompt = require('aloop.prompt')

local M = {}

local SEARCH_AGAIN, TYPE_NAME = 'Search again…', 'Type the name of the model…'

---Adds a model; asks whether to use an ID that is probably a mistake, or one of its suggestions.
---@param context aloop.Context
---@param argument table<string, any>
function M.add(context, argument)
  local outcome, answered = prompt.execute(context, 'aloop.addModel', argument)
  if not outcome then
    return
  elseif outcome.result or not outcome.problem then
    notify.outcome(outcome)
    return
  end
  local model_id = argument.modelId
  local items = vim.list_extend({}, outcome.suggestions or {})
  if outcome.can_be_confirmed then
    table.insert(items, model_id)
  end
  if #items == 0 then
    notify.refusal(outcome)
    return
  end
  notify.note({ outcome.problem }, 'WarningMsg')
  local picked = prompt.select(items, 'Add which model?', function(item)
    return item == model_id and item .. ' (use anyway)' or item
  end)
  if picked == model_id then
    M.add(context, vim.tbl_extend('force', answered, { allowUnusualId = true }))
  elseif picked then
    M.add(context, vim.tbl_extend('force', argument, { modelId = picked }))
  end
end

---@return string?
local function ask_words()
  local typed = prompt.input({
    prompt = 'Provider or model: ',
    completion = "customlist,v:lua.require'aloop.complete'.new_ids",
  })
  typed = typed and vim.trim(typed)
  return typed ~= '' and typed or nil
end

---Asks for a model of a provider; of one with an open list, for its name.
---@param context aloop.Context
---@param provider string with a slash
---@return string?
local function ask_model_of(context, provider)
  local argument = vim.tbl_extend('force', context.place, { modelId = provider, ask = true })
  local outcome = require('aloop.server').execute(context.client, 'aloop.addModel', argument)
  local question = outcome.question
  if not question then
    notify.outcome(outcome)
    return nil
  end
  local candidates = vim.tbl_filter(function(candidate)
    return candidate.value ~= provider
  end, question.candidates or {})
  if #candidates > 0 then
    local picked, is_other = prompt.candidate(candidates, question.prompt, TYPE_NAME)
    if picked or not is_other then
      return picked and picked.value
    end
  end
  notify.note({ question.prompt, question.placeholder })
  local typed = prompt.input({ prompt = 'Model ID: ', default = provider })
  typed = typed and vim.trim(typed) or ''
  return typed ~= '' and typed ~= provider and typed or nil
end

---The ID that the words mean: that of a list, or the words themselves if they are one.
---@param context aloop.Context
---@param words string
---@return string?
function M.find(context, words)
  while true do
    if words:find('^%S+/$') then
      return ask_model_of(context, words)
    end
    local candidates = prompt.candidates(context, { 'add' }, words)
    local is_id = words:find('^%S+/%S+$') ~= nil
    if is_id and (#candidates == 0 or candidates[1].value == words) then
      return words
    end
    local picked, again
    if #candidates == 0 then
      -- The words are not repeated: they can be a key.
      notify.note({ 'No model found. Try other words, or type a full ID: provider/model.' }, 'WarningMsg')
      again = true
    else
      picked, again = prompt.candidate(candidates, 'Add which model?', SEARCH_AGAIN)
    end
    if picked then
      return vim.endswith(picked.value, '/') and ask_model_of(context, picked.value) or picked.value
    elseif not again then
      return nil
    end
    local typed = ask_words()
    if not typed then
      return nil
    end
    words = typed
  end
end

---Adds the model that the words or the user's answers name.
---@param context aloop.Context
---@param words string?
function M.run(context, words)
  words = words or ask_words()
  local model_id = words and M.find(context, words)
  if model_id then
    M.add(context, { modelId = model_id })
  end
end

---Whether the words after `add` search for a model, and are not an ID with fields or options.
---@param words string
---@return boolean
function M.is_search(words)
  return not words:find('=', 1, true) and not words:find('%-%-') and not words:find('^%S+/%S+$')
end

return M
