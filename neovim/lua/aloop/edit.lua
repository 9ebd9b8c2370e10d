-- :Aloop edit: asks for a field, those that are set first, and for its value until it is right.

local notify = require('aloop.notify')
local prompt = require('aloop.prompt')

local M = {}

local OTHER_FIELD, REMOVE = 'Set another field…', 'Remove this field'

---@param context aloop.Context
---@param model_id string
---@param present table<string, any>
---@return aloop.Candidate? field
local function ask_field(context, model_id, present)
  local known, unset = {}, {}
  for _, candidate in ipairs(prompt.candidates(context, { 'edit', model_id }, '')) do
    candidate.value = candidate.value:match('^(.-)=?$')
    known[candidate.value] = candidate
    if present[candidate.value] == nil then
      table.insert(unset, candidate)
    end
  end
  local set = {}
  for name in vim.spairs(present) do
    -- The value of a field that the server does not know can be a secret.
    table.insert(set, known[name] or { value = name, secret = true })
  end
  local title = ('Edit %s'):format(model_id)
  if #set > 0 then
    local picked, is_other = prompt.select(set, title, function(field)
      return ('%s: %s'):format(field.value, prompt.text(present[field.value]))
    end, OTHER_FIELD)
    if not is_other then
      return picked
    end
  end
  return (prompt.candidate(unset, ('%s: set which field?'):format(title)))
end

---@param context aloop.Context
---@param model_id string
---@param field aloop.Candidate
---@param before any
---@return string? text empty to remove the field
local function ask_value(context, model_id, field, before)
  local notes = { field.detail ~= '' and field.detail or nil }
  if field.values then
    local rows = vim.list_extend({}, field.values)
    if before ~= nil then
      table.insert(rows, REMOVE)
    end
    local picked = prompt.select(rows, ('%s: %s'):format(field.value, field.detail or ''), tostring)
    return picked == REMOVE and '' or picked
  elseif before ~= nil then
    table.insert(notes, field.secret and 'Leave it empty to keep the value.' or 'Leave it empty to remove the field.')
  end
  local text = prompt.value(context, { modelId = model_id }, {
    field = field.value,
    prompt = field.value,
    default = not field.secret and before ~= nil and prompt.text(before) or nil,
    secret = field.secret,
    notes = notes,
  })
  if text == '' and (field.secret or before == nil) then
    return nil
  end
  return text
end

---@param context aloop.Context
---@param model_id string
function M.run(context, model_id)
  local shown = prompt.result(context, 'aloop.showModel', { modelId = model_id })
  local field = shown and ask_field(context, model_id, shown.fields)
  local text = field and ask_value(context, model_id, field, shown.fields[field.value])
  local parsed = text and prompt.parsed(context, { 'edit', model_id, ('%s=%s'):format(field.value, text) })
  local outcome = parsed and prompt.execute(context, 'aloop.editModel', parsed.argument)
  if outcome then
    notify.outcome(outcome)
  end
end

return M
