-- The server's log file: where it is, and opening it.

local M = {}

---The path of the log. Creates its folder, because the server does not.
---@return string
function M.default_path()
  local folder = vim.fn.stdpath('log') --[[@as string]]
  vim.fn.mkdir(folder, 'p')
  return vim.fs.joinpath(folder, 'aloop-ls.log')
end

---The log of a server that was started with this command; Neovim's own LSP log if it has no log file.
---@param cmd any
---@return string
function M.path(cmd)
  if type(cmd) == 'table' then
    for place, word in ipairs(cmd) do
      if word == '--log-file' and cmd[place + 1] then
        return cmd[place + 1]
      end
    end
  end
  return vim.lsp.log.get_filename()
end

---@param file string
function M.show(file)
  if not vim.uv.fs_stat(file) then
    require('aloop.notify').info(('The log of the aloop server is empty (%s).'):format(file))
    return
  end
  vim.cmd.tabedit({ args = { file }, magic = { file = false } })
  vim.bo.readonly, vim.bo.modifiable = true, false
  vim.cmd('normal! G')
end

return M
