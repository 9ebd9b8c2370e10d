-- Which folder a server works in: the one whose .aloop/models.yaml serves a place.

local M = {}

local FILE = '.aloop/models.yaml'

---@param path string
---@return boolean
function M.is_models_file(path)
  return vim.fs.basename(path) == 'models.yaml' and vim.fs.basename(vim.fs.dirname(path)) == '.aloop'
end

---The folder of a buffer's models.yaml, or the one that serves the buffer's file; for other buffers the working folder.
---@param buffer integer
---@return string
function M.of_buffer(buffer)
  local name = vim.api.nvim_buf_get_name(buffer)
  if name == '' or vim.bo[buffer].buftype ~= '' or name:find('^%a[%w+.-]+://') then
    return M.of_folder(vim.fn.getcwd())
  end
  name = vim.fs.normalize(name)
  local folder = vim.fs.dirname(name)
  return M.is_models_file(name) and vim.fs.dirname(folder) or M.of_folder(folder)
end

---The nearest folder upwards that has a models.yaml, not beyond the repository; else the repository, else the folder.
---@param folder string
---@return string
function M.of_folder(folder)
  folder = vim.fs.normalize(folder)
  local home = vim.fs.normalize('~')
  local step = vim.fs.basename(folder) == '.aloop' and vim.fs.dirname(folder) or folder
  local start = step
  while true do
    if vim.uv.fs_stat(vim.fs.joinpath(step, FILE)) or vim.uv.fs_stat(vim.fs.joinpath(step, '.git')) then
      return step
    end
    local above = vim.fs.dirname(step)
    if step == home or above == step then
      return start
    end
    step = above
  end
end

return M
