-- Handlers of the server's notifications and requests, and the client-side commands of its lenses and completions.

local M = {}

---The loaded buffers that the client is attached to.
---@param client_id integer
---@return integer[]
local function buffers_of(client_id)
  local client = vim.lsp.get_client_by_id(client_id)
  return vim.tbl_filter(vim.api.nvim_buf_is_loaded, vim.tbl_keys(client and client.attached_buffers or {}))
end

M.handlers = {
  ['aloop/modelsChanged'] = function(_, params, context)
    require('aloop.state').set(context.client_id, params)
    require('aloop.endpoint').update()
    require('aloop.watch').start(context.client_id)
    for _, buffer in ipairs(buffers_of(context.client_id)) do
      require('aloop.attach').refresh_lenses(buffer)
    end
    local client = vim.lsp.get_client_by_id(context.client_id)
    if client then
      require('aloop.selected_model').update(client)
    end
  end,

  ['workspace/codeLens/refresh'] = function(_, _, context)
    for _, buffer in ipairs(buffers_of(context.client_id)) do
      require('aloop.attach').refresh_lenses(buffer)
    end
    return vim.NIL
  end,

  ['workspace/diagnostic/refresh'] = function(_, _, context)
    local client = assert(vim.lsp.get_client_by_id(context.client_id))
    for _, buffer in ipairs(buffers_of(context.client_id)) do
      local params = { textDocument = vim.lsp.util.make_text_document_params(buffer) }
      client:request('textDocument/diagnostic', params, nil, buffer)
    end
    return vim.NIL
  end,
}

---@param command lsp.Command
---@param context lsp.HandlerContext
---@return aloop.Context
local function place_of(command, context)
  local argument = (command.arguments or {})[1] or {}
  local uri = argument.uri or vim.uri_from_bufnr(context.bufnr)
  local client = assert(vim.lsp.get_client_by_id(context.client_id))
  return { client = client, place = { uri = uri }, argument = {}, rest = '' }
end

---Runs a command of the server with the questions that it asks, and shows its message.
---@param command lsp.Command
---@param context lsp.HandlerContext
local function run_asking(command, context)
  require('aloop.async').run(function()
    local argument = (command.arguments or {})[1] or {}
    local outcome = require('aloop.prompt').execute(place_of(command, context), command.command, argument)
    if outcome then
      require('aloop.notify').outcome(outcome)
    end
  end)
end

M.commands = {
  ['aloop.switchModel'] = function(command, context)
    local client = assert(vim.lsp.get_client_by_id(context.client_id))
    require('aloop.async').run(function()
      require('aloop.switch').run(client, command.arguments[1])
      require('aloop.attach').refresh_lenses(context.bufnr)
    end)
  end,

  -- A quick fix or a lens: asks for the key, hidden, unless it is that of another model.
  ['aloop.setKey'] = function(command, context)
    run_asking(command, context)
  end,

  ['aloop.importModels'] = function(command, context)
    run_asking(command, context)
  end,

  ['aloop.addModel'] = function(command, context)
    require('aloop.async').run(function()
      require('aloop.add').run(place_of(command, context))
    end)
  end,

  -- Neovim has no settings file that a plugin may write, so the rule is off until Neovim is closed.
  ['aloop.disableRule'] = function(command, context)
    local client = assert(vim.lsp.get_client_by_id(context.client_id))
    local rule = command.arguments[1].rule
    local at_start = vim.tbl_get(client.config, 'init_options', 'settings', 'disabledRules')
    local rules = vim.list_extend({}, vim.tbl_get(client.settings, 'aloop', 'disabledRules') or at_start or {})
    if not vim.list_contains(rules, rule) then
      table.insert(rules, rule)
    end
    client.settings = vim.tbl_extend('force', client.settings, { aloop = { disabledRules = rules } })
    client:notify('workspace/didChangeConfiguration', { settings = client.settings })
    local names = "'" .. table.concat(rules, "', '") .. "'"
    local line = "vim.lsp.config('aloop_ls', { init_options = { settings = { disabledRules = { %s } } } })"
    local text = 'Turned off %s until Neovim is closed. To keep it off: %s'
    require('aloop.notify').info(text:format(rule, line:format(names)))
  end,

  ['aloop.suggest'] = vim.schedule_wrap(function()
    if vim.api.nvim_get_mode().mode:sub(1, 1) == 'i' then
      vim.lsp.completion.get()
    end
  end),
}

return M
