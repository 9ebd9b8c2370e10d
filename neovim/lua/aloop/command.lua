-- The command :Aloop: from its words to the verb that they name.

local ask = require('aloop.ask')
local async = require('aloop.async')
local root = require('aloop.root')
local say = require('aloop.say')
local server = require('aloop.server')
local verbs = require('aloop.verbs')
local words = require('aloop.words')

local M = {}

---Takes a command line with a secret in it out of the history.
---@param line string
---@param given string[]
local function forget_secrets(line, given)
  for _, word in ipairs(given) do
    local name, value = word:match('^([%w_-]+)=(.+)$')
    if name and value ~= '-' and words.is_secret(name) and vim.fn.histget('cmd', -1):find(line, 1, true) then
      vim.fn.histdel('cmd', -1)
      return
    end
  end
end

---@return aloop.Verb?
local function choose_verb()
  return ask.select(verbs, 'Aloop', function(verb)
    return ('%-9s %s'):format(verb.name, verb.help)
  end)
end

---@param given vim.api.keyset.create_user_command.command_args
function M.run(given)
  local buffer = vim.api.nvim_get_current_buf()
  local typed, problem = words.split(given.args)
  if not typed then
    say.warn(problem)
    return
  end
  forget_secrets(given.args, typed)
  async.run(function()
    local verb = verbs[typed[1] or '']
    if not typed[1] then
      verb = choose_verb()
      if not verb then
        return
      end
    elseif not verb then
      local names = vim.tbl_map(function(each)
        return each.name
      end, verbs)
      say.warn(('There is no such verb. :Aloop takes %s.'):format(table.concat(names, ', ', 1, #verbs)))
      return
    end
    M.start(verb, vim.list_slice(typed, 2), buffer, given.bang)
  end)
end

---@param verb aloop.Verb
---@param typed string[]
---@param buffer integer
---@param is_forced boolean with `!`
function M.start(verb, typed, buffer, is_forced)
  local rest, options = words.options(typed, verb.options or {})
  if not rest then
    say.warn(options --[[@as string]])
    return
  end
  if is_forced then
    local force = (verb.options or {})['--force']
    if not force then
      say.warn((':Aloop %s takes no !.'):format(verb.name))
      return
    end
    options[force] = true
  end
  if verb.takes == 'none' and #rest > 0 then
    say.warn((':Aloop %s takes nothing more.'):format(verb.name))
    return
  end
  local client = server.client(buffer)
  if not verb.offline then
    local problem
    client, problem = server.ready(buffer)
    if not client then
      say.warn(problem or 'The aloop server did not start. See :checkhealth aloop')
      return
    end
  end
  local name = vim.api.nvim_buf_is_valid(buffer) and vim.api.nvim_buf_get_name(buffer) or ''
  local place = root.is_models_file(name) and { uri = vim.uri_from_fname(name) } or {}
  verb.run({ client = client, place = place, words = rest, options = options })
end

return M
