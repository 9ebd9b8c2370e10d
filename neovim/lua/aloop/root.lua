-- Finds the root folder of a server: the folder that contains the .aloop/models.yaml to use.

local M = {}

local FILE = '.aloop/models.yaml'

---@param path string
---@return boolean
function M.is_models_file(path)
  return vim.fs.basename(path) == 'models.yaml' and vim.fs.basename(vim.fs.dirname(path)) == '.aloop'
end

---The root folder for the file of a buffer; for a buffer without a file, that of the working directory.
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

---The nearest parent with a models.yaml, up to the root of the repository; else that root, else the folder itself.
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
    local parent = vim.fs.dirname(step)
    if step == home or parent == step then
      return start
    end
    step = parent
  end
end

return M
