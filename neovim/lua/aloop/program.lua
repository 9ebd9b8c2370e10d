-- Runs the command line `aloop` that is installed next to the server.

local async = require('aloop.async')

local M = {}

local TIMEOUT_MS = 60000

---The program next to the server; nil if there is none.
---@param client vim.lsp.Client
---@return string?
local function path(client)
  local cmd = client.config.cmd
  local server = type(cmd) == 'table' and vim.fn.exepath(cmd[1]) or ''
  local program = server ~= '' and vim.fs.joinpath(vim.fs.dirname(server), 'aloop') or ''
  return vim.fn.executable(program) == 1 and program or nil
end

---Runs `aloop` with arguments in the server's folder; only inside async.run.
---@param client vim.lsp.Client
---@param arguments string[]
---@return { code: integer, stdout: string, stderr: string }? done nil if `aloop` is not installed there
function M.run(client, arguments)
  local program = path(client)
  if not program then
    return nil
  end
  return async.await(function(done)
    local options = { cwd = client.root_dir, text = true, timeout = TIMEOUT_MS }
    local ok, problem = pcall(vim.system, { program, unpack(arguments) }, options, vim.schedule_wrap(done))
    if not ok then
      done({ code = -1, stdout = '', stderr = tostring(problem) })
    end
  end)
end

---The JSON that `aloop` prints, or its error as text.
---@param done { code: integer, stdout: string, stderr: string }
---@return table? result
---@return string? problem
function M.json(done)
  local ok, value = pcall(vim.json.decode, done.stdout, { luanil = { object = true, array = true } })
  value = ok and type(value) == 'table' and value or {}
  -- A result with the exit code 1, such as that no server answers, has a message too.
  if done.code == 0 or (done.code == 1 and value.message) then
    return value
  end
  local problem = type(value.error) == 'table' and value.error.message or vim.trim(done.stderr)
  return nil, problem ~= '' and problem or ('aloop ended with exit code %d.'):format(done.code)
end

return M
