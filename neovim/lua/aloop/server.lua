-- The running servers: finding the one for a buffer, starting it, running commands in it, starting it again.

local async = require('aloop.async')
local root = require('aloop.root')
local state = require('aloop.state')

local M = {}

local NAME = 'aloop_ls'
local START_MS = 15000
local CRASHES, CRASH_SECONDS = 3, 180

---What a command came to: `result`, or why not.
---@class aloop.Outcome
---@field result table?
---@field message string?
---@field reason string? one word for programs; nil where it was no refusal
---@field suggestions string[]?
---@field question table? what it needs to be told first

---@type table<integer, table<function, true>>
local waiting = {}
---@type integer[]
local crashes = {}

---The folder of a buffer, looked up once until a state changes: a statusline asks often.
---@type table<string, string>
local roots = {}
vim.api.nvim_create_autocmd('User', {
  group = vim.api.nvim_create_augroup('aloop.roots', {}),
  pattern = 'AloopModelsChanged',
  callback = function()
    roots = {}
  end,
})

---@param buffer integer
---@return string
local function root_of(buffer)
  local key = table.concat({ vim.bo[buffer].buftype, vim.api.nvim_buf_get_name(buffer), vim.fn.getcwd() }, '\n')
  roots[key] = roots[key] or root.of_buffer(buffer)
  return roots[key]
end

---Whether a client is the one to use for a config: same folder, or it serves that very file already.
---@param client vim.lsp.Client
---@param config vim.lsp.ClientConfig
---@return boolean
function M.serves(client, config)
  if client.name ~= NAME or client:is_stopped() or not config.root_dir then
    return false
  end
  if client.root_dir == config.root_dir then
    return true
  end
  local told = state.of(client.id)
  return told ~= nil and told.file == vim.fs.joinpath(config.root_dir, '.aloop', 'models.yaml')
end

---The running client for a buffer, attached to it or not.
---@param buffer integer
---@return vim.lsp.Client?
function M.client(buffer)
  local attached = vim.lsp.get_clients({ bufnr = buffer, name = NAME })[1]
  if attached then
    return attached
  end
  local clients = vim.lsp.get_clients({ name = NAME })
  if #clients == 0 then
    return nil
  end
  local wanted = { name = NAME, root_dir = root_of(buffer) }
  return vim.iter(clients):find(function(client)
    return M.serves(client, wanted)
  end)
end

---@param buffer integer
---@param attach boolean
---@return vim.lsp.Client? client
---@return string? problem
local function launch(buffer, attach)
  local config = vim.deepcopy(vim.lsp.config[NAME])
  local cmd = config.cmd
  if type(cmd) == 'table' and vim.fn.executable(cmd[1]) == 0 then
    return nil, M.missing(cmd[1])
  end
  config.root_dir = root.of_buffer(buffer)
  local id = vim.lsp.start(config, { bufnr = buffer, attach = attach, reuse_client = config.reuse_client })
  local client = id and vim.lsp.get_client_by_id(id)
  return client, not client and 'The aloop server did not start. See :checkhealth aloop' or nil
end

---What to say where the server's program is missing.
---@param program string
---@return string
function M.missing(program)
  return ('There is no program %s. Install the server (pip install aloop-models), or name its place: '):format(program)
    .. "vim.lsp.config('aloop_ls', { cmd = { '/path/to/aloop-ls', '--stdio' } })"
end

---Says once that there is no server to start: Neovim itself writes that into its log alone.
function M.tell_if_missing()
  local cmd = vim.lsp.config[NAME].cmd
  if type(cmd) == 'table' and vim.fn.executable(cmd[1]) == 0 then
    vim.notify_once(M.missing(cmd[1]), vim.log.levels.WARN)
  end
end

---The client for a buffer, started where none runs; waits, inside async.run, until it can be asked.
---@param buffer integer
---@return vim.lsp.Client? client
---@return string? problem
function M.ready(buffer)
  local client, problem = M.client(buffer), nil
  if not client then
    client, problem = launch(buffer, false)
  end
  if client and not client.initialized then
    async.await(function(done)
      M.when(function()
        return client.initialized or client:is_stopped()
      end, done)
    end)
    if not client.initialized then
      return nil, 'The aloop server did not start. See :checkhealth aloop'
    end
  end
  return client, problem
end

---The same for the places that cannot wait without blocking: completion of a command line.
---@param buffer integer
---@return vim.lsp.Client?
function M.ready_now(buffer)
  local client = M.client(buffer) or launch(buffer, false)
  if
    client
    and vim.wait(START_MS, function()
      return client.initialized or client:is_stopped()
    end, 10)
    and client.initialized
  then
    return client
  end
end

---Calls back when the condition holds, or after 15 seconds.
---@param condition fun(): boolean?
---@param done fun()
function M.when(condition, done)
  local ends = vim.uv.now() + START_MS
  local function look()
    if condition() or vim.uv.now() > ends then
      done()
    else
      vim.defer_fn(look, 10)
    end
  end
  look()
end

---Runs one of the server's commands, inside async.run; afterwards Neovim looks at the file if it was written.
---@param client vim.lsp.Client
---@param command string such as 'aloop.listModels'
---@param argument table?
---@return aloop.Outcome
function M.execute(client, command, argument)
  local arguments = { (argument and next(argument)) and argument or vim.empty_dict() }
  local problem, result = async.await(function(done)
    local open = waiting[client.id] or {}
    waiting[client.id] = open
    open[done] = true
    local params = { command = command, arguments = arguments }
    local is_sent = client:request('workspace/executeCommand', params, function(...)
      open[done] = nil
      done(...)
    end)
    if not is_sent then
      open[done] = nil
      done({ message = 'The aloop server has ended. Try again.' })
    end
  end)
  if problem then
    local data = type(problem.data) == 'table' and problem.data or {}
    return { message = problem.message, reason = data.reason, suggestions = data.suggestions, question = data.question }
  end
  result = state.without_null(result)
  if result.saved then
    require('aloop.watch').look(client.id)
  end
  return { result = result }
end

---A server ended: one that was not told to is started again where it was in use, three times in three minutes.
---@param code integer
---@param signal integer
---@param client_id integer
function M.ended(code, signal, client_id)
  state.tell(client_id, nil)
  require('aloop.watch').forget(client_id)
  require('aloop.choice').lose(client_id)
  require('aloop.endpoint').update()
  local unanswered = vim.tbl_keys(waiting[client_id] or {})
  waiting[client_id] = nil
  for _, done in ipairs(unanswered) do
    done({ message = 'The aloop server ended before it answered. Try again, or see :Aloop log' })
  end
  local is_wanted = signal == 15 or (code == 0 and signal == 0)
  if is_wanted or vim.v.exiting ~= vim.NIL then
    return
  end
  local now = os.time()
  crashes = vim.tbl_filter(function(at)
    return now - at < CRASH_SECONDS
  end, crashes)
  table.insert(crashes, now)
  if #crashes <= CRASHES then
    M.attach_all()
  elseif #crashes == CRASHES + 1 then
    local message = 'The aloop server keeps ending and is not started again. See :Aloop log, then :Aloop restart'
    vim.notify(message, vim.log.levels.ERROR)
  end
end

---Gives every models.yaml that is open a server, where it has none.
---@return integer count of the buffers that have one
function M.attach_all()
  local count = 0
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buffer) and vim.bo[buffer].filetype == 'yaml.aloop' and launch(buffer, true) then
      count = count + 1
    end
  end
  return count
end

---Ends every server and starts one for each models.yaml that is open; inside async.run.
---@return integer count of the servers ended and files served
function M.restart()
  crashes = {}
  local clients = vim.lsp.get_clients({ name = NAME })
  for _, client in ipairs(clients) do
    client:stop()
  end
  async.await(function(done)
    M.when(function()
      return #vim.lsp.get_clients({ name = NAME, _uninitialized = true }) == 0
    end, done)
  end)
  return #clients + M.attach_all()
end

return M
