-- Finds out whether the setting `files` names a file: it has the format of models.yaml, but no agent reads it.

local M = {}

---The globs of the setting, from `settings` or `init_options` of the configuration.
---@return string[]
local function globs()
  local config = vim.lsp.config.aloop_ls or {}
  local files = vim.tbl_get(config, 'settings', 'aloop', 'files')
    or vim.tbl_get(config, 'init_options', 'settings', 'files')
  return type(files) == 'table' and files or {}
end

---@param path string
---@return boolean
function M.is_listed(path)
  path = vim.fs.normalize(vim.fn.fnamemodify(path, ':p'))
  local root
  return vim.iter(globs()):any(function(glob)
    local absolute = vim.fs.normalize(glob)
    if not absolute:find('^%a?:?/') then
      root = root or require('aloop.root').of_folder(vim.fs.dirname(path))
      if path:sub(1, #root + 1) ~= root .. '/' then
        return false
      end
      return vim.glob.to_lpeg((absolute:gsub('^%./', ''))):match(path:sub(#root + 2)) ~= nil
    end
    return vim.glob.to_lpeg(absolute):match(path) ~= nil
  end)
end

return M
