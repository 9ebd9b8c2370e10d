-- The command :Aloop: finds the subcommand. The server parses the words after it.

local async = require('aloop.async')
local notify = require('aloop.notify')
local prompt = require('aloop.prompt')
local root = require('aloop.root')
local server = require('aloop.server')
local subcommands = require('aloop.subcommands')

local M = {}

---@return aloop.Subcommand?
local function select_subcommand()
  return prompt.select(subcommands, 'Aloop', function(each)
    return ('%-9s %s'):format(each.name, each.help)
  end)
end

---@param given vim.api.keyset.create_user_command.command_args
function M.run(given)
  local buffer = vim.api.nvim_get_current_buf()
  local name, rest = given.args:match('^%s*(%S*)%s*(.-)%s*$')
  async.run(function()
    local subcommand = subcommands[name]
    if name == '' then
      subcommand = select_subcommand()
      if not subcommand then
        return
      end
    elseif not subcommand then
      local names = vim.tbl_map(function(each)
        return each.name
      end, vim.list_slice(subcommands))
      -- The word is not quoted: it can be a key.
      notify.warn(('Unknown subcommand. Use %s.'):format(table.concat(names, ', ')))
      return
    end
    if given.bang and subcommand.name ~= 'remove' then
      notify.warn(('No ! allowed for :Aloop %s'):format(subcommand.name))
    elseif subcommand.is_local and not subcommand.words and rest ~= '' then
      notify.warn(('Too many arguments. Usage: :Aloop %s'):format(subcommand.name))
    elseif subcommand.is_offline then
      subcommand.run({ client = server.client(buffer) })
    else
      M.run_subcommand(subcommand, given.bang and rest .. ' --force' or rest, buffer)
    end
  end)
end

---Removes a line that can contain a secret from the history, unless the server says that it may be kept.
---@param rest string
---@param kept string? the line as the server allows it in the history; nil if the server could not parse it
local function delete_from_history(rest, kept)
  if rest:find('=', 1, true) and not (kept and vim.endswith(kept, rest)) then
    vim.fn.histdel('cmd', [[\V]] .. vim.fn.escape(rest, [[\]]))
  end
end

---@param subcommand aloop.Subcommand
---@param rest string the words after the subcommand
---@param buffer integer
function M.run_subcommand(subcommand, rest, buffer)
  local client, problem = server.ready(buffer)
  if not client then
    delete_from_history(rest)
    notify.warn(problem)
    return
  end
  local name = vim.api.nvim_buf_is_valid(buffer) and vim.api.nvim_buf_get_name(buffer) or ''
  local is_open = root.is_models_file(name) or require('aloop.listed').is_listed(name)
  local place = is_open and { uri = vim.uri_from_fname(name) } or {}
  local context = { client = client, place = place, argument = {}, rest = rest }
  if not subcommand.is_local and not (subcommand.is_parsed and not subcommand.is_parsed(rest)) then
    local parsed = prompt.parsed(context, subcommand.name .. ' ' .. rest)
    delete_from_history(rest, parsed and parsed.history)
    if not parsed then
      return
    end
    context.argument = parsed.argument
  end
  subcommand.run(context)
end

return M
