-- Rows about the models of the file, for lists: the ID, then what the server says of it.

local M = {}

---@class aloop.Row
---@field model_id string
---@field is_ready boolean
---@field text string `GPT-4o · current · default · 128K · $2.50 / $10`
---@field line string the ID and the text in columns, after a mark if the model needs attention

---@class aloop.Rows: aloop.Row[]
---@field message string
---@field file string?

---@param model table
---@param detail string
---@return string
local function text_of(model, detail)
  local parts = { detail }
  if not model.ready then
    parts[1] = vim.endswith(detail, 'not ready') and detail or table.concat({ detail, 'not ready' }, ' · ')
    parts[1] = ('%s: %s'):format(parts[1], model.notReady or 'see its entry')
  end
  if (model.problems or 0) > 0 then
    table.insert(parts, model.problems == 1 and '1 problem' or model.problems .. ' problems')
  end
  return table.concat(
    vim.tbl_filter(function(part)
      return part ~= ''
    end, parts),
    ' · '
  )
end

---The models of the file: those that are ready, then those that need attention, each in the order of the file with the
---current and the default model first; shows a refusal.
---@param context aloop.Context
---@return aloop.Rows?
function M.of_models(context)
  local prompt = require('aloop.prompt')
  local listed = prompt.result(context, 'aloop.listModels')
  if not listed then
    return nil
  end
  local details = {}
  for _, candidate in ipairs(prompt.candidates(context, { 'switch' }, '')) do
    details[candidate.value] = candidate.detail
  end
  local function marked(model)
    return (model.ready and '' or '⚠ ') .. model.modelId
  end
  local width = 0
  for _, model in ipairs(listed.models) do
    width = math.max(width, vim.fn.strdisplaywidth(marked(model)))
  end
  local ranked = { {}, {}, {}, {} }
  for _, model in ipairs(listed.models) do
    local text = text_of(model, details[model.modelId] or '')
    local name = marked(model)
    local line = vim.trim(('%s%s  %s'):format(name, prompt.padding(name, width), text))
    local place = not model.ready and 4 or model.current and 1 or model.default and 2 or 3
    table.insert(ranked[place], { model_id = model.modelId, is_ready = model.ready, text = text, line = line })
  end
  local rows = { message = listed.message, file = listed.file }
  for _, group in ipairs(ranked) do
    vim.list_extend(rows, group)
  end
  return rows
end

return M
