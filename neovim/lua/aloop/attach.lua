-- Sets up a buffer when its server attaches: code lenses, inlay hints, completion while typing.

local M = {}

-- Color schemes have no color for the server's own token type.
vim.api.nvim_set_hl(0, '@lsp.type.modelId', { link = '@lsp.type.class', default = true })

local LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_'

---Whether an option in vim.g.aloop is on; only false turns it off.
---@param name 'completion'|'code_lens'|'inlay_hints'
---@return boolean
local function is_on(name)
  return (vim.g.aloop or {})[name] ~= false
end

---@param client vim.lsp.Client
---@param buffer integer
function M.attach(client, buffer)
  if is_on('inlay_hints') then
    vim.lsp.inlay_hint.enable(true, { bufnr = buffer })
  end
  if is_on('code_lens') then
    vim.api.nvim_create_autocmd({ 'BufEnter', 'InsertLeave', 'TextChanged' }, {
      group = vim.api.nvim_create_augroup('aloop.lenses.' .. buffer, {}),
      buffer = buffer,
      desc = 'Refresh code lenses of models.yaml',
      callback = function()
        M.refresh_lenses(buffer)
      end,
    })
    M.refresh_lenses(buffer)
  end
  require('aloop.hide_keys').update(buffer)
  if is_on('completion') and not M.completion_plugin() then
    M.complete_while_typing(client, buffer)
  end
end

---@param buffer integer
function M.refresh_lenses(buffer)
  local client = vim.lsp.get_clients({ bufnr = buffer, name = 'aloop_ls' })[1]
  if client and is_on('code_lens') and vim.api.nvim_buf_is_loaded(buffer) then
    require('aloop.lenses').refresh(client, buffer)
  end
end

---The name of a loaded completion plugin, which shows its own menu.
---@return string?
function M.completion_plugin()
  local plugins = { ['blink.cmp'] = 'blink.cmp', cmp = 'nvim-cmp', ['mini.completion'] = 'mini.completion' }
  for module, name in pairs(plugins) do
    if package.loaded[module] then
      return name
    end
  end
end

local KIND = vim.lsp.protocol.CompletionItemKind
-- What the server's kinds mean in a models.yaml.
local KINDS =
  { [KIND.Folder] = 'provider', [KIND.Property] = 'field', [KIND.Value] = 'value', [KIND.Reference] = 'key' }

---Names the kind of an item in words of models.yaml. Keeps the space at the end of `timeout: `, because Neovim inserts
---an item only up to the first white space.
---@param item lsp.CompletionItem
---@return { word: string?, kind: string? }
function M.convert(item)
  local text = item.textEdit and item.textEdit.newText or ''
  local is_model = item.kind == KIND.Value and item.label:find('^[%w_.-]+/.') ~= nil
  return {
    word = item.insertTextFormat ~= 2 and text:match('^%S+ $') or nil,
    kind = is_model and 'model' or KINDS[item.kind] or '',
  }
end

---@param client vim.lsp.Client
---@param buffer integer
function M.complete_while_typing(client, buffer)
  local provider = client.server_capabilities.completionProvider
  if not provider then
    return
  end
  for character in LETTERS:gmatch('.') do
    if not vim.list_contains(provider.triggerCharacters, character) then
      table.insert(provider.triggerCharacters, character)
    end
  end
  -- Without `noselect`, Neovim inserts the first item into the text.
  if not vim.o.completeopt:find('noselect') and not vim.o.completeopt:find('noinsert') then
    vim.bo[buffer].completeopt = 'menuone,noselect,popup'
  end
  vim.lsp.completion.enable(true, client.id, buffer, { autotrigger = true, convert = M.convert })
end

return M
