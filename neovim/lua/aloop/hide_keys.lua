-- Shows dots in place of API keys, except in the line of the cursor.

local M = {}

local BY_TEXT = vim.api.nvim_create_namespace('aloop.hide_keys.text')
local BY_SERVER = vim.api.nvim_create_namespace('aloop.hide_keys.server')

local DOTS = 8
-- A name of a field that contains a secret, before the server has started.
local WORDS = { 'key', 'token', 'secret', 'passw', 'credential', 'auth', '^aws_external_id$' }
-- Fields with such a name whose value is not a secret.
local EXCEPT = { 'tokens$', '_file$', '_url$', '^prompt_cache_key$', '^azure_scope$' }

local is_hidden = true

---@param name string
---@return boolean
local function is_secret(name)
  name = name:lower()
  local function matches(pattern)
    return name:find(pattern) ~= nil
  end
  return vim.iter(WORDS):any(matches) and not vim.iter(EXCEPT):any(matches)
end

---The secret values in a line: pairs of byte offsets, from the start and up to the end.
---@param line string
---@return [integer, integer][]
function M.spans(line)
  local found, at = {}, 1
  while true do
    local _, last, name = line:find('([%w_-]+)["\']?%s*:%s+', at)
    if not name then
      return found
    end
    -- An anchor or a tag is not a part of the value.
    at = line:match('^[&!]%S*%s+()', last + 1) or last + 1
    if is_secret(name) then
      local quote = line:sub(at, at):match('["\']')
      local plain = line:sub(1, at - 1):find('{', 1, true) and '^[^%s#,{}%[%]|>&*!][^,}]*' or '^[^%s#{%[|>&*!].*'
      local value = line:match(quote and ('^%s[^%s]*%s?'):format(quote, quote, quote) or plain, at)
      value = value and (quote and value or value:gsub('%s+#.*$', ''):gsub('%s+$', ''))
      if value and value ~= '' then
        table.insert(found, { at - 1, at - 1 + #value })
        at = at + #value
      end
    end
  end
end

---Conceals a range: a dot for each of the first characters, so that the number of dots does not show the length.
---@param buffer integer
---@param namespace integer
---@param row integer
---@param first integer
---@param last integer
local function conceal(buffer, namespace, row, first, last)
  local text = vim.api.nvim_buf_get_text(buffer, row, first, row, last, {})[1]
  local starts = vim.str_utf_pos(text)
  for place = 1, math.min(#starts, DOTS) do
    local ends = place == DOTS and #text or (starts[place + 1] or #text + 1) - 1
    vim.api.nvim_buf_set_extmark(buffer, namespace, row, first + starts[place] - 1, {
      end_col = first + ends,
      conceal = '•',
    })
  end
end

---Hides what looks like a secret, at once.
---@param buffer integer
local function hide_by_text(buffer)
  vim.api.nvim_buf_clear_namespace(buffer, BY_TEXT, 0, -1)
  for row, line in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, -1, false)) do
    for _, span in ipairs(M.spans(line)) do
      conceal(buffer, BY_TEXT, row - 1, span[1], span[2])
    end
  end
end

---The ranges of the semantic tokens with the modifier `secret`.
---@param client vim.lsp.Client
---@param buffer integer
---@param data integer[]
---@return [integer, integer, integer][] row, and byte offsets from the start up to the end
local function secret_tokens(client, buffer, data)
  local legend = client.server_capabilities.semanticTokensProvider.legend.tokenModifiers
  local place = vim.iter(legend):enumerate():find(function(_, name)
    return name == 'secret'
  end)
  local found, row, start = {}, 0, 0
  for at = 1, #data, 5 do
    row = row + data[at]
    start = data[at] == 0 and start + data[at + 1] or data[at + 1]
    local line = vim.api.nvim_buf_get_lines(buffer, row, row + 1, false)[1]
    if line and place and math.floor(data[at + 4] / 2 ^ (place - 1)) % 2 == 1 then
      local function byte(column)
        return vim.str_byteindex(line, client.offset_encoding, column, false)
      end
      table.insert(found, { row, byte(start), byte(start + data[at + 2]) })
    end
  end
  return found
end

---Hides the secrets that only the server finds: in headers, in text of several lines, in the wrong field.
---@param client vim.lsp.Client
---@param buffer integer
local function hide_by_server(client, buffer)
  local params = { textDocument = vim.lsp.util.make_text_document_params(buffer) }
  local tick = vim.api.nvim_buf_get_changedtick(buffer)
  client:request('textDocument/semanticTokens/full', params, function(problem, result)
    local is_current = vim.api.nvim_buf_is_loaded(buffer) and tick == vim.api.nvim_buf_get_changedtick(buffer)
    -- Text that is not valid YAML has no tokens: what was hidden stays hidden.
    if problem or not result or #result.data == 0 or not is_current or not is_hidden then
      return
    end
    vim.api.nvim_buf_clear_namespace(buffer, BY_SERVER, 0, -1)
    for _, token in ipairs(secret_tokens(client, buffer, result.data)) do
      local row, first, last = unpack(token)
      local options = { overlap = true, limit = 1 }
      if #vim.api.nvim_buf_get_extmarks(buffer, BY_TEXT, { row, first }, { row, last - 1 }, options) == 0 then
        conceal(buffer, BY_SERVER, row, first, last)
      end
    end
  end, buffer)
end

---Hides the keys of a buffer again, after a change of its text.
---@param buffer integer
function M.update(buffer)
  if not is_hidden or not vim.api.nvim_buf_is_loaded(buffer) then
    return
  end
  hide_by_text(buffer)
  local client = vim.lsp.get_clients({ bufnr = buffer, name = 'aloop_ls' })[1]
  if client and client.initialized then
    hide_by_server(client, buffer)
  end
end

---Neovim conceals text only in windows with a 'conceallevel', and not in the line of the cursor. A wrapped line keeps
---the height of its text, so that a long key would leave empty lines.
local function set_window()
  if vim.wo.conceallevel == 0 then
    vim.wo[0][0].conceallevel = 2
  end
  vim.wo[0][0].concealcursor = ''
  vim.wo[0][0].wrap = false
end

---Hides the keys of a models.yaml from now on.
---@param buffer integer
function M.attach(buffer)
  if (vim.g.aloop or {}).hide_keys == false then
    return
  end
  local group = vim.api.nvim_create_augroup('aloop.hide_keys.' .. buffer, {})
  vim.api.nvim_create_autocmd('BufWinEnter', { group = group, buffer = buffer, callback = set_window })
  vim.api.nvim_create_autocmd({ 'TextChanged', 'TextChangedI', 'TextChangedP', 'InsertLeave' }, {
    group = group,
    buffer = buffer,
    desc = 'Hide the API keys of models.yaml',
    callback = function()
      M.update(buffer)
    end,
  })
  if vim.api.nvim_get_current_buf() == buffer then
    set_window()
  end
  M.update(buffer)
end

---Shows the keys of every models.yaml, or hides them again.
---@return boolean is_hidden
function M.toggle()
  is_hidden = not is_hidden
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buffer) and vim.bo[buffer].filetype == 'yaml.aloop' then
      vim.api.nvim_buf_clear_namespace(buffer, BY_TEXT, 0, -1)
      vim.api.nvim_buf_clear_namespace(buffer, BY_SERVER, 0, -1)
      if is_hidden then
        M.attach(buffer)
      end
    end
  end
  return is_hidden
end

return M
