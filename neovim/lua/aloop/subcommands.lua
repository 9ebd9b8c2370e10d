-- The subcommands of :Aloop. The server decides what each may do; this module asks the user and shows the result.

local add = require('aloop.add')
local notify = require('aloop.notify')
local pages = require('aloop.pages')
local prompt = require('aloop.prompt')
local server = require('aloop.server')
local switching = require('aloop.switch')

---@class aloop.Context
---@field client vim.lsp.Client
---@field place { uri: string? } the models.yaml in the current buffer, if it is one
---@field argument table<string, any> the parsed words after the subcommand
---@field rest string the words as they were typed

---@class aloop.Subcommand
---@field name string
---@field help string
---@field is_local boolean? it is not a command of the server
---@field words string[]? words that a local one takes; none by default
---@field is_parsed (fun(rest: string): boolean)? whether the server parses these words
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

---Runs a command with the questions that it asks, and shows its message.
---@param context aloop.Context
---@param command string
---@param argument table<string, any>
local function execute(context, command, argument)
  local outcome = prompt.execute(context, command, argument)
  if outcome then
    notify.outcome(outcome)
  end
end

---A subcommand whose only argument is a model.
---@param command string
---@param question string
---@return fun(context: aloop.Context)
local function model_subcommand(command, question)
  return function(context)
    local argument = with_model(context, question)
    if argument then
      execute(context, command, argument)
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

---@param context aloop.Context
local function add_model(context)
  if context.argument.modelId then
    add.add(context, context.argument)
  else
    add.run(context, context.rest ~= '' and context.rest or nil)
  end
end

---@param context aloop.Context
local function edit(context)
  local argument = with_model(context, 'Edit which model?')
  if argument and next(argument.fields or {}) then
    execute(context, 'aloop.editModel', argument)
  elseif argument then
    require('aloop.edit').run(context, argument.modelId)
  end
end

---@param context aloop.Context
local function key(context)
  local owner = context.argument
  if not owner.provider and not owner.modelId then
    local listed = prompt.result(context, 'aloop.listModels')
    owner = listed
      and prompt.select(prompt.owners(listed.models), 'Replace which API key?', function(item)
        return item.provider and item.provider .. ' (every model that shares the key)' or item.modelId
      end)
  end
  if owner then
    execute(context, 'aloop.setKey', owner)
  end
end

---@param context aloop.Context
local function show(context)
  local argument = with_model(context, 'Show which model?')
  if argument then
    pages.model(context, argument.modelId)
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
  local shown = argument.ruleId and prompt.result(context, 'aloop.showRule', argument)
  if shown then
    notify.page(shown.rule, vim.split(vim.trim(shown.markdown), '\n'))
  end
end

---@param context aloop.Context
local function sessions(context)
  local result = prompt.result(context, 'aloop.listSessions')
  if result and #result.sessions == 0 then
    notify.info(result.message)
  elseif result then
    notify.split('Agents', { result.message, '', unpack(vim.tbl_map(prompt.session_line, result.sessions)) }, 'aloop')
  end
end

---Creates models.yaml from the template.
---@param context aloop.Context
---@param file string
---@return boolean is_made
local function make_file(context, file)
  local program = require('aloop.program')
  local done = program.run(context.client, { 'models', 'init', '--config', file, '--json' })
  if not done then
    notify.info('No models.yaml found. Add a model to create it: :Aloop add')
    return false
  end
  local result, problem = program.json(done)
  if result then
    notify.info(result.message or ('Created %s.'):format(file))
  else
    notify.warn(notify.in_own_words(problem))
  end
  return result ~= nil
end

---@param context aloop.Context
local function open(context)
  local result = prompt.result(context, 'aloop.listModels')
  -- If there is no file yet, the URI is where it belongs.
  local file = result and (result.file or result.uri and vim.uri_to_fname(result.uri))
  if file and (vim.uv.fs_stat(file) or make_file(context, file)) then
    pages.open_file(file)
  end
end

local function keys()
  local is_hidden = require('aloop.hide_keys').toggle()
  notify.info(is_hidden and 'API keys are hidden.' or 'API keys are shown. Hide them: :Aloop keys')
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
  execute(context, 'aloop.protectFile', context.argument)
end

local remove = model_subcommand('aloop.removeModel', 'Remove which model?')
local copy = model_subcommand('aloop.copyModel', 'Copy which model?')
local default = model_subcommand('aloop.setDefaultModel', 'Make which model the default?')

---@param context aloop.Context
local function reload(context)
  execute(context, 'aloop.reloadModels', {})
end

---@param context aloop.Context
local function format(context)
  execute(context, 'aloop.formatModels', {})
end

---@param context aloop.Context
local function import(context)
  local argument = vim.deepcopy(context.argument)
  if argument.source then
    argument.source = vim.fn.fnamemodify(argument.source, ':p')
  end
  execute(context, 'aloop.importModels', argument)
end

---@param rest string
---@return boolean
local function is_parsed_add(rest)
  return rest ~= '' and not add.is_search(rest)
end

---@type aloop.Subcommand[]
local subcommands = {
  { name = 'switch', help = 'Switch the running agent, or the next one, to another model', run = switch },
  { name = 'add', help = 'Add a model', run = add_model, is_parsed = is_parsed_add },
  {
    name = 'discover',
    help = 'Add models of local servers, such as Ollama',
    is_local = true,
    words = { 'all' },
    run = require('aloop.discover').run,
  },
  { name = 'edit', help = 'Set or remove fields of a model', run = edit },
  { name = 'remove', help = 'Remove a model', run = remove },
  { name = 'copy', help = 'Copy a model to the file for all projects, or from it to the project', run = copy },
  { name = 'default', help = 'Set the model that new agents start with', run = default },
  { name = 'show', help = 'Show a model, with its key masked', run = show },
  { name = 'list', help = 'List the models', run = pages.list },
  { name = 'why', help = 'Show which model and file are used, and why', is_local = true, run = pages.why },
  { name = 'reload', help = 'Read models.yaml again', run = reload },
  { name = 'check', help = 'List every problem of models.yaml in the quickfix window', run = check },
  { name = 'rule', help = 'Explain the rule of the problem at the cursor', run = rule },
  { name = 'format', help = 'Format models.yaml', run = format },
  { name = 'import', help = "Import the models of another tool's file", run = import },
  { name = 'key', help = 'Replace an API key in every model that shares it', run = key },
  { name = 'keys', help = 'Show API keys, or hide them again', is_local = true, is_offline = true, run = keys },
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
