-- The command :Aloop: from its line to the verb that it names. The server reads the words after the verb.

local ask = require('aloop.ask')
local async = require('aloop.async')
local root = require('aloop.root')
local say = require('aloop.say')
local server = require('aloop.server')
local verbs = require('aloop.verbs')

local M = {}

---@return aloop.Verb?
local function choose_verb()
  return ask.select(verbs, 'Aloop', function(verb)
    return ('%-9s %s'):format(verb.name, verb.help)
  end)
end

---@param given vim.api.keyset.create_user_command.command_args
function M.run(given)
  local buffer = vim.api.nvim_get_current_buf()
  local name, rest = given.args:match('^%s*(%S*)%s*(.-)%s*$')
  async.run(function()
    local verb = verbs[name]
    if name == '' then
      verb = choose_verb()
      if not verb then
        return
      end
    elseif not verb then
      local names = vim.tbl_map(function(each)
        return each.name
      end, vim.list_slice(verbs))
      say.warn(('There is no such verb. :Aloop takes %s.'):format(table.concat(names, ', ')))
      return
    end
    if given.bang and verb.name ~= 'remove' then
      say.warn((':Aloop %s takes no !.'):format(verb.name))
    elseif verb.own and rest ~= '' then
      say.warn((':Aloop %s takes nothing more.'):format(verb.name))
    elseif verb.offline then
      verb.run({ client = server.client(buffer) })
    else
      M.start(verb, given.bang and rest .. ' --force' or rest, buffer)
    end
  end)
end

---Takes a line that may hold a secret out of the history: one that the server would not keep, or did not read.
---@param rest string
---@param kept string?
local function forget_secrets(rest, kept)
  if rest:find('=', 1, true) and not (kept and vim.endswith(kept, rest)) then
    vim.fn.histdel('cmd', [[\V]] .. vim.fn.escape(rest, [[\]]))
  end
end

---@param verb aloop.Verb
---@param rest string what comes after the verb
---@param buffer integer
function M.start(verb, rest, buffer)
  local client, problem = server.ready(buffer)
  if not client then
    forget_secrets(rest)
    say.warn(problem or 'The aloop server did not start. See :checkhealth aloop')
    return
  end
  local name = vim.api.nvim_buf_is_valid(buffer) and vim.api.nvim_buf_get_name(buffer) or ''
  local place = root.is_models_file(name) and { uri = vim.uri_from_fname(name) } or {}
  local context = { client = client, place = place, argument = {} }
  if not verb.own then
    local read = ask.parsed(context, verb.name .. ' ' .. rest)
    forget_secrets(rest, read and read.history)
    if not read then
      return
    end
    context.argument = read.argument
  end
  verb.run(context)
end

return M
