-- The verbs of :Aloop. What each may do is the server's to say; here are its words, questions and answers.

local ask = require('aloop.ask')
local say = require('aloop.say')
local server = require('aloop.server')
local state = require('aloop.state')
local switching = require('aloop.switch')
local words = require('aloop.words')

---@class aloop.Context
---@field client vim.lsp.Client
---@field place { uri: string? } names the models.yaml that is being edited
---@field words string[]
---@field options table<string, true>

---@class aloop.Verb
---@field name string
---@field help string
---@field takes 'none'|'model'|'new'|'owner' what its first word is
---@field fields boolean?
---@field options table<string, string>? option to argument name
---@field offline boolean? needs no running server
---@field run fun(context: aloop.Context)

---@param context aloop.Context
---@param command string
---@param argument table?
---@return table? result
local function run(context, command, argument)
  argument = vim.tbl_extend('force', context.place, context.options, argument or {})
  return say.outcome(server.execute(context.client, command, argument))
end

---A verb about one model and nothing else.
---@param command string
---@param prompt string
---@return fun(context: aloop.Context)
local function about_model(command, prompt)
  return function(context)
    local model_id = ask.model(context, table.concat(context.words, ' '), prompt)
    if model_id then
      run(context, command, { modelId = model_id })
    end
  end
end

---@param context aloop.Context
local function switch(context)
  local models = ask.models(context)
  if not models then
    return
  end
  local told = state.of(context.client.id)
  local typed, session = switching.meant(models, context.words, told and told.sessions or {})
  local model_id = ask.model_of(models, typed, 'Switch to which model?')
  if model_id then
    local argument = { modelId = model_id, session = session }
    switching.run(context.client, vim.tbl_extend('force', context.place, context.options, argument))
  end
end

---@param context aloop.Context
---@return table<string, any>? fields
local function typed_fields(context)
  local found, problem = words.fields(vim.list_slice(context.words, 2))
  if not found then
    say.warn(problem .. ' Nothing was changed.')
  end
  return found
end

---Asks for every secret that is left to be asked for: `api_key=-`.
---@param given table<string, any>
---@return boolean
local function ask_secrets(given)
  for name, value in vim.spairs(given) do
    if value == '-' and words.is_secret(name) then
      given[name] = ask.secret(name .. ' (hidden): ')
      if given[name] == '' then
        say.warn(('No %s was given. Nothing was changed.'):format(name))
        return false
      end
    end
  end
  return true
end

local UNUSUAL_ID = { unknownProvider = true, repeatedProvider = true }

---Adds a model; an ID that is most likely a mistake is confirmed, or replaced by one that is suggested.
---@param context aloop.Context
---@param model_id string
---@param given table<string, any>
local function add_model(context, model_id, given)
  local fields = vim.deepcopy(given)
  local is_reachable = fields.api_key ~= nil or fields.api_base ~= nil
  if not is_reachable and require('aloop.catalog').needs_key(context.client, model_id) then
    local key = ask.secret(('API key for %s (hidden; empty: add it later): '):format(model_id))
    fields.api_key = key ~= '' and key or nil
  end
  local argument = { modelId = model_id, fields = next(fields) and fields or nil }
  argument = vim.tbl_extend('force', context.place, context.options, argument)
  local outcome = server.execute(context.client, 'aloop.addModel', argument)
  if outcome.result or not UNUSUAL_ID[outcome.reason] then
    say.outcome(outcome)
    return
  end
  say.refusal(outcome)
  local items = vim.list_extend({}, outcome.suggestions or {})
  table.insert(items, model_id)
  local picked = ask.select(items, 'Add which model?', function(item)
    return item == model_id and item .. ' (as it is)' or item
  end)
  if picked == model_id then
    argument.allowUnusualId = true
    say.outcome(server.execute(context.client, 'aloop.addModel', argument))
  elseif picked then
    add_model(context, picked, given)
  end
end

---@param context aloop.Context
local function add(context)
  local model_id = context.words[1]
  if not model_id then
    model_id = ask.input({
      prompt = 'Model id, provider/model (<Tab> completes): ',
      completion = "customlist,v:lua.require'aloop.complete'.new_ids",
    })
    if not model_id or vim.trim(model_id) == '' then
      return
    end
    model_id = vim.trim(model_id)
  end
  local given = typed_fields(context)
  if not given or not ask_secrets(given) then
    return
  end
  add_model(context, model_id, given)
end

---@param context aloop.Context
local function edit(context)
  local model_id = ask.model(context, context.words[1] or '', 'Edit which model?')
  if not model_id then
    return
  end
  local given
  if #context.words > 1 then
    given = typed_fields(context)
    given = given and ask_secrets(given) and given or nil
  else
    given = ask.field(context, model_id)
  end
  if given then
    run(context, 'aloop.editModel', { modelId = model_id, fields = given })
  end
end

---@param context aloop.Context
local function key(context)
  local models = ask.models(context)
  if not models then
    return
  end
  local typed = table.concat(context.words, ' ')
  local owner
  if typed == '' then
    owner = ask.select(ask.owners(models), 'Whose key?', function(item)
      return item.provider and item.provider .. ' (every model that shares it)' or item.modelId
    end)
  elseif typed:find('/', 1, true) then
    owner = { modelId = ask.meant(models, typed) or typed }
  else
    local is_provider = vim.iter(models):any(function(model)
      return model.provider == typed
    end)
    local model_id = not is_provider and ask.meant(models, typed) or nil
    owner = model_id and { modelId = model_id } or { provider = typed }
  end
  if not owner then
    return
  end
  local secret = ask.secret(('New API key for %s (hidden): '):format(owner.provider or owner.modelId))
  if secret == '' then
    say.info('No key was given. Nothing was changed.')
    return
  end
  run(context, 'aloop.setKey', { provider = owner.provider, modelId = owner.modelId, apiKey = secret })
end

---@param context aloop.Context
local function show(context)
  local model_id = ask.model(context, table.concat(context.words, ' '), 'Show which model?')
  if not model_id then
    return
  end
  local outcome =
    server.execute(context.client, 'aloop.showModel', vim.tbl_extend('force', context.place, { modelId = model_id }))
  local result = outcome.result
  if not result then
    say.refusal(outcome)
    return
  end
  local lines = { result.message, ask.model_line(result) }
  for name, value in vim.spairs(result.fields) do
    table.insert(lines, ('  %s: %s'):format(name, words.text(value)))
  end
  say.window(result.displayName, lines)
end

---@param context aloop.Context
local function list(context)
  local outcome = server.execute(context.client, 'aloop.listModels', context.place)
  if not outcome.result then
    say.refusal(outcome)
    return
  end
  local lines = vim.tbl_map(ask.model_line, outcome.result.models)
  if #lines == 0 then
    say.info(outcome.result.message .. '. Add one: :Aloop add')
    return
  end
  table.insert(lines, 1, outcome.result.message)
  say.window('Models', lines)
end

local LEVELS = { error = 'E', warning = 'W', information = 'I', hint = 'N' }

---@param context aloop.Context
local function check(context)
  local outcome = server.execute(context.client, 'aloop.checkModels', context.place)
  local result = outcome.result
  if not result then
    say.refusal(outcome)
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
  local outcome = server.execute(context.client, 'aloop.listSessions', context.place)
  if not outcome.result then
    say.refusal(outcome)
    return
  end
  local lines = vim.tbl_map(ask.session_line, outcome.result.sessions)
  if #lines == 0 then
    say.info(outcome.result.message)
    return
  end
  table.insert(lines, 1, outcome.result.message)
  say.window('Agents', lines)
end

---@param context aloop.Context
local function open(context)
  local outcome = server.execute(context.client, 'aloop.listModels', context.place)
  if not outcome.result then
    say.refusal(outcome)
  elseif not outcome.result.file or not vim.uv.fs_stat(outcome.result.file) then
    say.info('There is no models.yaml here yet. Adding a model makes it: :Aloop add')
  else
    vim.cmd.edit(vim.fn.fnameescape(outcome.result.file))
  end
end

---@type aloop.Verb[]
local verbs = {
  {
    name = 'switch',
    help = 'Use another model in the running agent, or in the next one',
    takes = 'model',
    options = { ['--make-default'] = 'makeDefault' },
    run = switch,
  },
  {
    name = 'add',
    help = 'Add a model',
    takes = 'new',
    fields = true,
    options = { ['--allow-unusual-id'] = 'allowUnusualId' },
    run = add,
  },
  { name = 'edit', help = 'Set or remove fields of a model', takes = 'model', fields = true, run = edit },
  {
    name = 'remove',
    help = 'Remove a model',
    takes = 'model',
    options = { ['--force'] = 'force' },
    run = about_model('aloop.removeModel', 'Remove which model?'),
  },
  {
    name = 'default',
    help = 'Make a model the default',
    takes = 'model',
    run = about_model('aloop.setDefaultModel', 'New agents start with which model?'),
  },
  { name = 'show', help = 'Show one model; its key stays hidden', takes = 'model', run = show },
  { name = 'list', help = 'List the models', takes = 'none', run = list },
  {
    name = 'reload',
    help = 'Read models.yaml again',
    takes = 'none',
    run = function(context)
      run(context, 'aloop.reloadModels')
    end,
  },
  { name = 'check', help = 'Put every problem of models.yaml into the quickfix list', takes = 'none', run = check },
  { name = 'key', help = 'Replace an API key wherever it is used', takes = 'owner', run = key },
  { name = 'sessions', help = 'List the running agents', takes = 'none', run = sessions },
  { name = 'open', help = 'Open models.yaml', takes = 'none', run = open },
  {
    name = 'log',
    help = "Show the server's log",
    takes = 'none',
    offline = true,
    run = function(context)
      local cmd = context.client and context.client.config.cmd or vim.lsp.config.aloop_ls.cmd
      require('aloop.log').show(require('aloop.log').of(cmd))
    end,
  },
  {
    name = 'restart',
    help = 'Start the server again',
    takes = 'none',
    offline = true,
    run = function()
      local count = server.restart()
      say.info(count > 0 and 'The aloop server was started again.' or 'No aloop server was running.')
    end,
  },
}

for _, verb in ipairs(verbs) do
  verbs[verb.name] = verb
end

return verbs
