-- Where the server writes its log, and showing it.

local M = {}

---The log's place; its folder is made, for the server makes none.
---@return string
function M.file()
  local folder = vim.fn.stdpath('log') --[[@as string]]
  vim.fn.mkdir(folder, 'p')
  return vim.fs.joinpath(folder, 'aloop-ls.log')
end

---The log of the server as it was started; another one where a person configured another command.
---@param cmd any
---@return string
function M.of(cmd)
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
    vim.notify(('The aloop server has written nothing to its log (%s).'):format(file))
    return
  end
  vim.cmd.tabedit({ args = { file }, magic = { file = false } })
  vim.bo.readonly, vim.bo.modifiable = true, false
  vim.cmd('normal! G')
end

return M
