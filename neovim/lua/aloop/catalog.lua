-- Providers and models as the server's completion knows them, asked in a document that only the server sees.

local M = {}

local SCHEME = 'aloop-scratch:'
local ANSWER_MS = 2000
local documents = 0

---@param uri string
---@return boolean
function M.is_scratch(uri)
  return vim.startswith(uri, SCHEME)
end

---What the server proposes at the end of a text; nothing where it does not answer in time.
---@param client vim.lsp.Client
---@param text string
---@return lsp.CompletionItem[]
local function proposals(client, text)
  documents = documents + 1
  local uri = ('%s/%d/.aloop/models.yaml'):format(SCHEME, documents)
  local lines = vim.split(text, '\n')
  client:notify('textDocument/didOpen', {
    textDocument = { uri = uri, languageId = 'yaml', version = 1, text = text },
  })
  local position = { line = #lines - 1, character = #lines[#lines] }
  local answer =
    client:request_sync('textDocument/completion', { textDocument = { uri = uri }, position = position }, ANSWER_MS)
  client:notify('textDocument/didClose', { textDocument = { uri = uri } })
  local result = answer and answer.result or {}
  return result.items or result
end

---Providers with their slash, or the models of the one that is typed.
---@param client vim.lsp.Client
---@param typed string
---@return string[]
function M.ids(client, typed)
  if not typed:match('^[%w/._:@#-]*$') then
    return {}
  end
  return vim.tbl_map(function(item)
    return item.label
  end, proposals(client, 'models:\n  ' .. typed))
end

---Whether the model's block comes with a key to fill in; true where the server does not know the model.
---@param client vim.lsp.Client
---@param model_id string
---@return boolean
function M.needs_key(client, model_id)
  if not model_id:match('^[%w/._:@#-]+$') then
    return true
  end
  for _, item in ipairs(proposals(client, 'models:\n  ' .. model_id)) do
    if item.label == model_id then
      return item.textEdit.newText:find('api_key:', 1, true) ~= nil
    end
  end
  return true
end

return M
