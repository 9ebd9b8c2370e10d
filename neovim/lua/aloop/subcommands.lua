-- The subcommands of :Aloop. The server decides what each may do; this module asks the user and shows the result.

local notify = require('aloop.notify')
local prompt = require('aloop.prompt')
local server = require('aloop.server')
local switching = require('aloop.switch')

---@class aloop.Context
---@field client vim.lsp.Client
---@field place { uri: string? } the models.yaml in the current buffer, if it is one
---@field argument table<string, any> the parsed words after the subcommand

---@class aloop.Subcommand
---@field name string
---@field help string
---@field is_local boolean? it is not a command of the server and takes no arguments
---@field is_offline boolean? it needs no running server
---@field run fun(context: aloop.Context)

---The argument object; asks for the model if none was given.
---@param context aloop.Context
---@param question string
---@return table<string, any>?
local function with_model(context, question)
  local model_id = context.argument.modelId or prompt.model(context, question)
  return model_id and vim.tbl_extend('force', context.argument, { modelId = model_id })
end

---A subcommand whose only argument is a model.
---@param command string
---@param question string
---@return fun(context: aloop.Context)
local function model_subcommand(command, question)
  return function(context)
    local argument = with_model(context, question)
    if argument then
      notify.outcome(prompt.execute(context, command, argument))
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

---Adds a model; asks whether to use an ID that is probably a mistake, or one of its suggestions.
---@param context aloop.Context
---@param argument table<string, any>
local function add_model(context, argument)
  local outcome, answered = prompt.execute(context, 'aloop.addModel', argument)
  if outcome.result or not outcome.problem then
    notify.outcome(outcome)
    return
  end
  notify.refusal(outcome)
  local model_id = argument.modelId
  local items = vim.list_extend({}, outcome.suggestions or {})
  if outcome.can_be_confirmed then
    table.insert(items, model_id)
  end
  local picked = prompt.select(items, 'Add which model?', function(item)
    return item == model_id and item .. ' (use anyway)' or item
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
    local typed = prompt.input({
      prompt = 'Model ID (provider/model, <Tab> completes): ',
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
    local word = prompt.field(context, argument.modelId)
    local parsed = word and prompt.parsed(context, { 'edit', argument.modelId, word })
    argument = parsed and parsed.argument
  end
  if argument then
    notify.outcome(prompt.execute(context, 'aloop.editModel', argument))
  end
end

---@param context aloop.Context
local function key(context)
  local owner = context.argument
  if not owner.provider and not owner.modelId then
    local models = prompt.models(context)
    owner = models
      and prompt.select(prompt.owners(models), 'Replace which API key?', function(item)
        return item.provider and item.provider .. ' (every model that shares the key)' or item.modelId
      end)
  end
  if owner then
    notify.outcome(prompt.execute(context, 'aloop.setKey', owner))
  end
end

---@param context aloop.Context
local function show(context)
  local argument = with_model(context, 'Show which model?')
  local result = argument and prompt.result(context, 'aloop.showModel', argument)
  if result then
    local lines = { result.message, prompt.model_line(result) }
    for name, value in vim.spairs(result.fields) do
      table.insert(lines, ('  %s: %s'):format(name, prompt.text(value)))
    end
    notify.window(result.displayName, lines)
  end
end

---@param context aloop.Context
local function list(context)
  local result = prompt.result(context, 'aloop.listModels')
  if result and #result.models == 0 then
    notify.info(result.message .. '. Add one: :Aloop add')
  elseif result then
    notify.window('Models', { result.message, unpack(vim.tbl_map(prompt.model_line, result.models)) })
  end
end

local LEVELS = { error = 'E', warning = 'W', information = 'I', hint = 'N' }

---@param context aloop.Context
local function check(context)
  local result = prompt.result(context, 'aloop.checkModels')
  if not result then
    return
  end
  local is_read, text = pcall(vim.fn.readfile, result.file or '')
  local function byte(line, column)
    local ok, index = pcall(vim.str_byteindex, is_read and text[line] or '', 'utf-32', column - 1, false)
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
  notify.info(result.message)
end

---The rule of the diagnostic under the cursor, or of the first one in the line.
---@return string?
local function rule_at_cursor()
  local line, column = unpack(vim.api.nvim_win_get_cursor(0))
  local found = vim.tbl_filter(function(each)
    return each.source == 'aloop'
  end, vim.diagnostic.get(0, { lnum = line - 1 }))
  table.sort(found, function(one, other)
    return one.col < other.col
  end)
  for _, each in ipairs(found) do
    if each.col <= column and column < math.max(each.end_col, each.col + 1) then
      return tostring(each.code)
    end
  end
  return found[1] and tostring(found[1].code)
end

---@param context aloop.Context
local function rule(context)
  local argument = { ruleId = context.argument.ruleId or rule_at_cursor() }
  if not argument.ruleId then
    local listed = prompt.result(context, 'aloop.showRule')
    local picked = listed
      and prompt.select(listed.rules, 'Show which rule?', function(each)
        return ('%-24s %s'):format(each.rule, each.title)
      end)
    argument.ruleId = picked and picked.rule
  end
  local shown = argument.ruleId and prompt.execute(context, 'aloop.showRule', argument)
  if shown and shown.result then
    notify.page(shown.result.rule, vim.split(vim.trim(shown.result.markdown), '\n'))
  elseif shown then
    notify.refusal(shown)
  end
end

---@param context aloop.Context
local function sessions(context)
  local result = prompt.result(context, 'aloop.listSessions')
  if result and #result.sessions == 0 then
    notify.info(result.message)
  elseif result then
    notify.window('Agents', { result.message, unpack(vim.tbl_map(prompt.session_line, result.sessions)) })
  end
end

---@param context aloop.Context
local function open(context)
  local result = prompt.result(context, 'aloop.listModels')
  if result and (not result.file or not vim.uv.fs_stat(result.file)) then
    notify.info('No models.yaml found. Add a model to create it: :Aloop add')
  elseif result then
    vim.cmd.edit(vim.fn.fnameescape(result.file))
  end
end

---@param context aloop.Context
local function log(context)
  local cmd = context.client and context.client.config.cmd or vim.lsp.config.aloop_ls.cmd
  require('aloop.log').show(require('aloop.log').path(cmd))
end

local function restart()
  local count = server.restart()
  notify.info(count > 0 and 'Restarted the aloop server.' or 'No aloop server is running.')
end

---@param context aloop.Context
local function protect(context)
  notify.outcome((prompt.execute(context, 'aloop.protectFile', context.argument)))
end

local remove = model_subcommand('aloop.removeModel', 'Remove which model?')
local default = model_subcommand('aloop.setDefaultModel', 'Make which model the default?')

---@param context aloop.Context
local function reload(context)
  notify.outcome(prompt.execute(context, 'aloop.reloadModels', {}))
end

---@param context aloop.Context
local function format(context)
  notify.outcome(prompt.execute(context, 'aloop.formatModels', {}))
end

---@param context aloop.Context
local function import(context)
  local argument = vim.deepcopy(context.argument)
  if argument.source then
    argument.source = vim.fn.fnamemodify(argument.source, ':p')
  end
  notify.outcome(prompt.execute(context, 'aloop.importModels', argument))
end

---@type aloop.Subcommand[]
local subcommands = {
  { name = 'switch', help = 'Switch the running agent, or the next one, to another model', run = switch },
  { name = 'add', help = 'Add a model', run = add },
  { name = 'edit', help = 'Set or remove fields of a model', run = edit },
  { name = 'remove', help = 'Remove a model', run = remove },
  { name = 'default', help = 'Set the model that new agents start with', run = default },
  { name = 'show', help = 'Show a model, with its key masked', run = show },
  { name = 'list', help = 'List the models', run = list },
  { name = 'reload', help = 'Read models.yaml again', run = reload },
  { name = 'check', help = 'List every problem of models.yaml in the quickfix window', run = check },
  { name = 'rule', help = 'Explain the rule of the problem at the cursor', run = rule },
  { name = 'format', help = 'Format models.yaml', run = format },
  { name = 'import', help = "Import the models of another tool's file", run = import },
  { name = 'key', help = 'Replace an API key in every model that shares it', run = key },
  { name = 'protect', help = 'Add models.yaml to .gitignore, and make it readable only by you', run = protect },
  { name = 'sessions', help = 'List the running agents', run = sessions },
  { name = 'open', help = 'Open models.yaml', is_local = true, run = open },
  { name = 'log', help = "Open the server's log", is_local = true, is_offline = true, run = log },
  { name = 'restart', help = 'Restart the server', is_local = true, is_offline = true, run = restart },
}

for _, subcommand in ipairs(subcommands) do
  subcommands[subcommand.name] = subcommand
end

return subcommands
