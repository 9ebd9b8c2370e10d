-- Draws the code lenses of models.yaml at the right edge of the line, apart from its inlay hint.
-- `vim.lsp.codelens.run()` runs them.

local M = {}

local NAMESPACE = vim.api.nvim_create_namespace('aloop.lenses')

-- Every font has these characters.
local ICONS = { check = '✓', star = '★', warning = '⚠', info = 'ℹ', add = '+' }

---@param lenses lsp.CodeLens[]
local function replace_icons(lenses)
  for _, lens in ipairs(lenses) do
    if lens.command then
      -- A no-break space keeps the space next to an icon in VS Code.
      local spaced = lens.command.title:gsub('\u{a0}', ' ')
      local title = spaced:gsub('%$%((%a+)%) ', function(name)
        return ICONS[name] and ICONS[name] .. ' ' or ''
      end)
      lens.command.title = title
    end
  end
end

---@param buffer integer
---@param lenses lsp.CodeLens[]
local function draw(buffer, lenses)
  vim.api.nvim_buf_clear_namespace(buffer, NAMESPACE, 0, -1)
  local chunks = {} ---@type table<integer, [string, string][]>
  for _, lens in ipairs(lenses) do
    local line = lens.range.start.line
    local title = lens.command and lens.command.title
    if title and title ~= '' and line < vim.api.nvim_buf_line_count(buffer) then
      chunks[line] = chunks[line] or {}
      table.insert(chunks[line], { #chunks[line] > 0 and ' · ' or '  ', 'LspCodeLensSeparator' })
      table.insert(chunks[line], { title, 'LspCodeLens' })
    end
  end
  for line, texts in pairs(chunks) do
    vim.api.nvim_buf_set_extmark(buffer, NAMESPACE, line, 0, {
      virt_text = texts,
      virt_text_pos = 'eol_right_align',
      hl_mode = 'combine',
    })
  end
end

---Requests the lenses again, and draws them.
---@param client vim.lsp.Client
---@param buffer integer
function M.refresh(client, buffer)
  local params = { textDocument = vim.lsp.util.make_text_document_params(buffer) }
  local tick = vim.api.nvim_buf_get_changedtick(buffer)
  client:request('textDocument/codeLens', params, function(problem, lenses)
    local is_current = vim.api.nvim_buf_is_loaded(buffer) and tick == vim.api.nvim_buf_get_changedtick(buffer)
    if not problem and is_current then
      lenses = lenses or {}
      replace_icons(lenses)
      vim.lsp.codelens.save(lenses, buffer, client.id)
      draw(buffer, lenses)
    end
  end, buffer)
end

return M
