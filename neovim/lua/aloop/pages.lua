-- Pages about the models: the list, one model, why a model is used. `q` closes a page.

local notify = require('aloop.notify')
local prompt = require('aloop.prompt')
local rows = require('aloop.rows')

local M = {}

local NAMESPACE = vim.api.nvim_create_namespace('aloop.pages')

---Opens models.yaml, at the entry of a model if one is given.
---@param file string
---@param model_id string?
function M.open_file(file, model_id)
  if vim.b.aloop_page then
    vim.cmd.close()
  end
  vim.cmd.edit(vim.fn.fnameescape(file))
  if not model_id then
    return
  end
  for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, true)) do
    local name = line:match('^%s*(.-)%s*:%s') or line:match('^%s*(.-)%s*:$')
    if name and name:gsub('^["\'](.*)["\']$', '%1') == model_id then
      vim.api.nvim_win_set_cursor(0, { number, #line:match('^%s*') })
      return
    end
  end
end

---The list of the models: `<CR>` opens the entry in the line of the cursor.
---@param context aloop.Context
function M.list(context)
  local found = rows.of_models(context)
  if not found then
    return
  elseif #found == 0 then
    notify.info(found.message .. '. Add one: :Aloop add')
    return
  end
  local lines, headings, rows_by_line = { found.message }, {}, {}
  for place, row in ipairs(found) do
    if place == 1 or row.is_ready ~= found[place - 1].is_ready then
      vim.list_extend(lines, { '', row.is_ready and 'Ready' or 'Needs attention' })
      headings[#lines] = row.is_ready and 'Title' or 'WarningMsg'
    end
    table.insert(lines, '  ' .. row.line)
    rows_by_line[#lines] = row
  end
  local buffer = notify.split('Models', lines, 'aloop')
  for number, group in pairs(headings) do
    vim.api.nvim_buf_set_extmark(buffer, NAMESPACE, number - 1, 0, { line_hl_group = group })
  end
  for number, row in pairs(rows_by_line) do
    local first, last = lines[number]:find(row.model_id, 1, true)
    vim.api.nvim_buf_set_extmark(buffer, NAMESPACE, number - 1, first - 1, { end_col = last, hl_group = 'Identifier' })
  end
  vim.wo.wrap, vim.wo.cursorline = false, true
  vim.wo.statusline = ' Models%=Enter opens the entry, q closes '
  vim.api.nvim_win_set_cursor(0, { math.min(4, #lines), 0 })
  vim.keymap.set('n', '<CR>', function()
    local row = rows_by_line[vim.api.nvim_win_get_cursor(0)[1]]
    if row and found.file then
      M.open_file(found.file, row.model_id)
    end
  end, { buffer = buffer, desc = 'Open the entry' })
end

---One model: what it is, what is set, what is missing.
---@param context aloop.Context
---@param model_id string
function M.model(context, model_id)
  local model = prompt.result(context, 'aloop.showModel', { modelId = model_id })
  if not model then
    return
  end
  local facts = { ('`%s`'):format(model.modelId), model.detail }
  for _, mark in ipairs({ 'current', 'default' }) do
    if model[mark] then
      table.insert(facts, mark)
    end
  end
  local lines = { '# ' .. model.displayName, '', table.concat(facts, ' · '), '' }
  for name, value in vim.spairs(model.fields) do
    table.insert(lines, ('- `%s`: %s'):format(name, prompt.text(value)))
  end
  if #(model.sameKeyAs or {}) > 0 then
    vim.list_extend(lines, { '', ('Same API key as %s.'):format(table.concat(model.sameKeyAs, ', ')) })
  end
  notify.page(model.displayName, lines)
end

---Why the model of the next agent is used.
---@param state aloop.State
---@return string
local function reason(state)
  local file = state.file or 'models.yaml'
  if state.choice.modelId == state.default then
    return 'it is the default model in ' .. file
  end
  local has_default = vim.iter(state.models):any(function(model)
    return model.modelId == state.default
  end)
  if has_default then
    return ('it is selected in this Neovim. The default model in %s is %s'):format(file, state.default)
  end
  local problem = state.default and ('The default model in %s is not defined: %s'):format(file, state.default)
    or ('%s has no default model'):format(file)
  return ('it is selected in this Neovim or is the first model that is ready. %s'):format(problem)
end

---@param state aloop.State?
---@return string[]
local function which_model(state)
  if not state then
    return { 'The server is starting.' }
  end
  local agents = require('aloop.state').agents(state)
  if #agents > 0 then
    local lines = { 'Each running agent uses the model that it started with or was last switched to:', '' }
    for _, agent in ipairs(agents) do
      table.insert(lines, '- ' .. prompt.session_line(agent))
    end
    return lines
  elseif not state.choice then
    local where = state.file and state.file .. ' has no models.' or 'There is no models.yaml yet.'
    return { #state.models == 0 and where .. ' Add one: `:Aloop add`' or 'No model is ready. See `:Aloop list`' }
  end
  local name, id = state.choice.displayName, state.choice.modelId
  local shown = name == id and id or ('%s (%s)'):format(name, id)
  return { ('The next agent will use %s because %s.'):format(shown, reason(state)) }
end

---Why this model: the model, the file, and the report of `aloop models doctor`.
---@param context aloop.Context
function M.why(context)
  local state = require('aloop.state').get(context.client.id)
  local lines = { '# Why this model?', '' }
  if state and state.problem then
    local note = #state.models > 0 and ' The last valid version is in use.' or ''
    vim.list_extend(lines, { state.problem.message .. note, '' })
  end
  vim.list_extend(lines, which_model(state))
  local done = require('aloop.program').run(context.client, { 'models', 'doctor' })
  if done and done.code == 0 then
    vim.list_extend(lines, { '', '## aloop models doctor', '', '```' })
    vim.list_extend(lines, vim.split(vim.trim(done.stdout), '\n'))
    table.insert(lines, '```')
  end
  notify.page('Why this model', lines)
end

return M
