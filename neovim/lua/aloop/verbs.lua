-- The verbs of :Aloop. What each may do is the server's to say; here are its questions and answers.

local ask = require('aloop.ask')
local say = require('aloop.say')
local server = require('aloop.server')
local switching = require('aloop.switch')

---@class aloop.Context
---@field client vim.lsp.Client
---@field place { uri: string? } names the models.yaml that is being edited
---@field argument table<string, any> what the words after the verb say

---@class aloop.Verb
---@field name string
---@field help string
---@field own boolean? no command of the server's
---@field offline boolean? needs no running server
---@field run fun(context: aloop.Context)

---The argument with the model that a person chooses where none was typed.
---@param context aloop.Context
---@param prompt string
---@return table<string, any>?
local function with_model(context, prompt)
  local model_id = context.argument.modelId or ask.model(context, prompt)
  return model_id and vim.tbl_extend('force', context.argument, { modelId = model_id })
end

---A verb about one model and nothing else.
---@param command string
---@param prompt string
---@return fun(context: aloop.Context)
local function about_model(command, prompt)
  return function(context)
    local argument = with_model(context, prompt)
    if argument then
      say.outcome(ask.answered(context, command, argument))
    end
  end
end

---@param context aloop.Context
local function switch(context)
  local argument = with_model(context, 'Switch to which model?')
  if argument then
    switching.run(context.client, vim.tbl_extend('force', context.place, argument))
  end
end

local UNUSUAL_ID = { unknownProvider = true, repeatedProvider = true }

---Adds a model; an ID that is most likely a mistake is confirmed, or replaced by one that is suggested.
---@param context aloop.Context
---@param argument table<string, any>
local function add_model(context, argument)
  local outcome, answered = ask.answered(context, 'aloop.addModel', argument)
  if outcome.result or not UNUSUAL_ID[outcome.reason] then
    say.outcome(outcome)
    return
  end
  say.refusal(outcome)
  local model_id = argument.modelId
  local items = vim.list_extend({}, outcome.suggestions or {})
  table.insert(items, model_id)
  local picked = ask.select(items, 'Add which model?', function(item)
    return item == model_id and item .. ' (as it is)' or item
  end)
  if picked == model_id then
    add_model(context, vim.tbl_extend('force', answered, { allowUnusualId = true }))
  elseif picked then
    add_model(context, vim.tbl_extend('force', argument, { modelId = picked }))
  end
end

---@param context aloop.Context
local function add(context)
  local argument = context.argument
  if not argument.modelId then
    local typed = ask.input({
      prompt = 'Model id, provider/model (<Tab> completes): ',
      completion = "customlist,v:lua.require'aloop.complete'.new_ids",
    })
    if not typed or vim.trim(typed) == '' then
      return
    end
    argument = vim.tbl_extend('force', argument, { modelId = vim.trim(typed) })
  end
  add_model(context, argument)
end

---@param context aloop.Context
local function edit(context)
  local argument = with_model(context, 'Edit which model?')
  if argument and not next(argument.fields or {}) then
    local word = ask.field(context, argument.modelId)
    local read = word and ask.parsed(context, { 'edit', argument.modelId, word })
    argument = read and read.argument
  end
  if argument then
    say.outcome(ask.answered(context, 'aloop.editModel', argument))
  end
end

---@param context aloop.Context
local function key(context)
  local owner = context.argument
  if not owner.provider and not owner.modelId then
    local models = ask.models(context)
    owner = models
      and ask.select(ask.owners(models), 'Whose key?', function(item)
        return item.provider and item.provider .. ' (every model that shares it)' or item.modelId
      end)
  end
  if owner then
    say.outcome(ask.answered(context, 'aloop.setKey', owner))
  end
end

---@param context aloop.Context
local function show(context)
  local argument = with_model(context, 'Show which model?')
  local result = argument and ask.result(context, 'aloop.showModel', argument)
  if result then
    local lines = { result.message, ask.model_line(result) }
    for name, value in vim.spairs(result.fields) do
      table.insert(lines, ('  %s: %s'):format(name, ask.text(value)))
    end
    say.window(result.displayName, lines)
  end
end

---@param context aloop.Context
local function list(context)
  local result = ask.result(context, 'aloop.listModels')
  if result and #result.models == 0 then
    say.info(result.message .. '. Add one: :Aloop add')
  elseif result then
    say.window('Models', { result.message, unpack(vim.tbl_map(ask.model_line, result.models)) })
  end
end

local LEVELS = { error = 'E', warning = 'W', information = 'I', hint = 'N' }

---@param context aloop.Context
local function check(context)
  local result = ask.result(context, 'aloop.checkModels')
  if not result then
    return
  end
  local is_there, text = pcall(vim.fn.readfile, result.file or '')
  local function byte(line, column)
    local ok, index = pcall(vim.str_byteindex, is_there and text[line] or '', 'utf-32', column - 1, false)
    return ok and index + 1 or column
  end
  local items = vim.tbl_map(function(found)
    return {
      filename = result.file,
      lnum = found.line,
      col = byte(found.line, found.column),
      end_lnum = found.endLine,
      end_col = byte(found.endLine, found.endColumn),
      type = LEVELS[found.severity],
      text = ('%s: %s'):format(found.rule, found.message),
    }
  end, result.findings)
  vim.fn.setqflist({}, ' ', { title = 'Aloop check', items = items })
  if #items > 0 then
    vim.cmd('botright copen')
  end
  say.info(result.message)
end

---@param context aloop.Context
local function sessions(context)
  local result = ask.result(context, 'aloop.listSessions')
  if result and #result.sessions == 0 then
    say.info(result.message)
  elseif result then
    say.window('Agents', { result.message, unpack(vim.tbl_map(ask.session_line, result.sessions)) })
  end
end

---@param context aloop.Context
local function open(context)
  local result = ask.result(context, 'aloop.listModels')
  if result and (not result.file or not vim.uv.fs_stat(result.file)) then
    say.info('There is no models.yaml here yet. Adding a model makes it: :Aloop add')
  elseif result then
    vim.cmd.edit(vim.fn.fnameescape(result.file))
  end
end

---@param context aloop.Context
local function log(context)
  local cmd = context.client and context.client.config.cmd or vim.lsp.config.aloop_ls.cmd
  require('aloop.log').show(require('aloop.log').of(cmd))
end

local function restart()
  local count = server.restart()
  say.info(count > 0 and 'The aloop server was started again.' or 'No aloop server was running.')
end

local remove = about_model('aloop.removeModel', 'Remove which model?')
local default = about_model('aloop.setDefaultModel', 'New agents start with which model?')

---@param context aloop.Context
local function reload(context)
  say.outcome(ask.answered(context, 'aloop.reloadModels', {}))
end

---@type aloop.Verb[]
local verbs = {
  { name = 'switch', help = 'Use another model in the running agent, or in the next one', run = switch },
  { name = 'add', help = 'Add a model', run = add },
  { name = 'edit', help = 'Set or remove fields of a model', run = edit },
  { name = 'remove', help = 'Remove a model', run = remove },
  { name = 'default', help = 'Make a model the default', run = default },
  { name = 'show', help = 'Show one model; its key stays hidden', run = show },
  { name = 'list', help = 'List the models', run = list },
  { name = 'reload', help = 'Read models.yaml again', run = reload },
  { name = 'check', help = 'Put every problem of models.yaml into the quickfix list', run = check },
  { name = 'key', help = 'Replace an API key wherever it is used', run = key },
  { name = 'sessions', help = 'List the running agents', run = sessions },
  { name = 'open', help = 'Open models.yaml', own = true, run = open },
  { name = 'log', help = "Show the server's log", own = true, offline = true, run = log },
  { name = 'restart', help = 'Start the server again', own = true, offline = true, run = restart },
}

for _, verb in ipairs(verbs) do
  verbs[verb.name] = verb
end

return verbs
