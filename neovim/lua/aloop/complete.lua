-- Completion of the command line. The server completes everything except subcommands.

local server = require('aloop.server')
local subcommands = require('aloop.subcommands')

local M = {}

local ANSWER_MS = 2000

---The subcommands that start with the typed text, else those that contain its letters.
---@param typed string
---@return string[]
local function subcommand_names(typed)
  local names = vim.tbl_map(function(subcommand)
    return subcommand.name
  end, vim.list_slice(subcommands))
  local matches = vim.tbl_filter(function(name)
    return vim.startswith(name, typed:lower())
  end, names)
  return #matches > 0 and matches or vim.fn.matchfuzzy(names, typed)
end

---The server's completions after these words; empty if it does not answer in time.
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

---The completions of the typed text, which ends at the cursor.
---@param typed string
---@param line string
---@param cursor integer
---@return string[]
function M.complete(typed, line, cursor)
  local before = vim.split(vim.trim(line:sub(1, cursor - #typed)), '%s+')
  table.remove(before, 1)
  if #before == 0 then
    return subcommand_names(typed)
  end
  local subcommand = subcommands[before[1]]
  -- After the model, an agent's ID is accepted without `--session`.
  if subcommand and subcommand.name == 'switch' and #before == 2 and not vim.startswith(typed, '-') then
    table.insert(before, '--session')
  end
  if subcommand and subcommand.words then
    return vim.tbl_filter(function(word)
      return #before == 1 and vim.startswith(word, typed)
    end, subcommand.words)
  end
  return subcommand and not subcommand.is_offline and words_after(before, typed) or {}
end

---IDs for a new model: providers, then models that are not in the file.
---@param typed string
---@return string[]
function M.new_ids(typed)
  return words_after({ 'add' }, typed)
end

return M
