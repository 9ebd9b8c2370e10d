-- Completion of the command line: the words are the server's, but for the verbs.

local server = require('aloop.server')
local verbs = require('aloop.verbs')

local M = {}

local ANSWER_MS = 2000

---The verbs that begin as typed, else those that hold it.
---@param typed string
---@return string[]
local function verb_words(typed)
  local names = vim.tbl_map(function(verb)
    return verb.name
  end, vim.list_slice(verbs))
  local beginning = vim.tbl_filter(function(name)
    return vim.startswith(name, typed:lower())
  end, names)
  return #beginning > 0 and beginning or vim.fn.matchfuzzy(names, typed)
end

---What the server offers after these words; nothing where it does not answer in time.
---@param words string[]
---@param typed string
---@return string[]
local function words_after(words, typed)
  local client = server.ready_now(vim.api.nvim_get_current_buf())
  local params = { command = 'aloop.complete', arguments = { { words = words, word = typed } } }
  local answer = client and client:request_sync('workspace/executeCommand', params, ANSWER_MS)
  return vim.tbl_map(function(candidate)
    return candidate.value
  end, answer and answer.result and answer.result.candidates or {})
end

---The words that could stand where `typed` begins.
---@param typed string
---@param line string
---@param cursor integer
---@return string[]
function M.complete(typed, line, cursor)
  local before = vim.split(vim.trim(line:sub(1, cursor - #typed)), '%s+')
  table.remove(before, 1)
  if #before == 0 then
    return verb_words(typed)
  end
  local verb = verbs[before[1]]
  -- Here the agent may come without its option.
  if verb and verb.name == 'switch' and #before == 2 and not vim.startswith(typed, '-') then
    table.insert(before, '--session')
  end
  return verb and not verb.offline and words_after(before, typed) or {}
end

---The ids of a new model: providers, then models that the file does not have.
---@param typed string
---@return string[]
function M.new_ids(typed)
  return words_after({ 'add' }, typed)
end

return M
