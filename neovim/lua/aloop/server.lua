-- The running servers: finds the one for a buffer, starts it, runs commands in it, restarts it.

local async = require('aloop.async')
local root = require('aloop.root')
local state = require('aloop.state')

local M = {}

local NAME = 'aloop_ls'
local START_MS = 15000
local MAX_RESTARTS, RESTART_SECONDS = 3, 180
local DID_NOT_START = 'The aloop server did not start. See :checkhealth aloop'

---The outcome of a command: `result`, or why it failed.
---@class aloop.Outcome
---@field result table?
---@field message string?
---@field reason string? the refusal's code; nil if the command failed for another reason
---@field suggestions string[]?
---@field problem string? why a new ID is probably a mistake
---@field can_be_confirmed boolean? whether the model can be added with this ID
---@field question table? the argument that the command needs

---@type table<integer, table<function, true>> callbacks of unanswered requests, by client
local waiting = {}
---@type integer[] times of the latest crashes
local crashes = {}
local has_warned = false

---The root folder of a buffer, cached until a state changes, because a statusline needs it at every redraw.
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

---Whether a client can be reused for a config: it has the same folder, or it already serves the same file.
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
  local current = state.get(client.id)
  return current ~= nil and current.file == vim.fs.joinpath(config.root_dir, '.aloop', 'models.yaml')
end

---The running client for a buffer, even if it is not attached to it.
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
  return client, not client and DID_NOT_START or nil
end

---The message for a server that is not installed.
---@param program string
---@return string
function M.missing(program)
  return ('%s was not found. Install the aloop server, or set its path: '):format(program)
    .. "vim.lsp.config('aloop_ls', { cmd = { '/path/to/aloop-ls', '--stdio' } }). See :help aloop-setup"
end

---Warns once if the server is not installed. Neovim itself only writes that to its log.
function M.warn_if_missing()
  local cmd = vim.lsp.config[NAME].cmd
  if not has_warned and type(cmd) == 'table' and vim.fn.executable(cmd[1]) == 0 then
    has_warned = true
    require('aloop.notify').warn(M.missing(cmd[1]))
  end
end

---The client for a buffer, started if none runs. Waits until it is initialized; only inside async.run.
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
      return nil, DID_NOT_START
    end
  end
  return client, problem
end

---The same for completion of a command line, which must block while it waits.
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

---Calls back when the condition is true, or after 15 seconds.
---@param condition fun(): boolean?
---@param done fun()
function M.when(condition, done)
  local ends = vim.uv.now() + START_MS
  local function poll()
    if condition() or vim.uv.now() > ends then
      done()
    else
      vim.defer_fn(poll, 10)
    end
  end
  poll()
end

---Runs a command of the server; reloads the buffer if the command wrote the file. Only inside async.run.
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
      done({ message = 'The aloop server has stopped. Try again.' })
    end
  end)
  if problem then
    local data = type(problem.data) == 'table' and state.without_null(problem.data) or {}
    return {
      message = problem.message,
      reason = data.reason,
      suggestions = data.suggestions,
      question = data.question,
      problem = data.problem,
      can_be_confirmed = data.canBeConfirmed,
    }
  end
  result = state.without_null(result)
  if result.saved then
    require('aloop.watch').reload(client.id)
  end
  return { result = result }
end

---A server has stopped. After a crash, starts it again for the open files, three times in three minutes.
---@param code integer
---@param signal integer
---@param client_id integer
function M.on_exit(code, signal, client_id)
  state.set(client_id, nil)
  require('aloop.watch').stop(client_id)
  require('aloop.selected_model').on_exit(client_id)
  require('aloop.endpoint').update()
  local unanswered = vim.tbl_keys(waiting[client_id] or {})
  waiting[client_id] = nil
  for _, done in ipairs(unanswered) do
    done({ message = 'The aloop server stopped before it answered. Try again, or see :Aloop log' })
  end
  local is_intended = signal == 15 or (code == 0 and signal == 0)
  if is_intended or vim.v.exiting ~= vim.NIL then
    return
  end
  local now = os.time()
  crashes = vim.tbl_filter(function(at)
    return now - at < RESTART_SECONDS
  end, crashes)
  table.insert(crashes, now)
  if #crashes <= MAX_RESTARTS then
    M.attach_all()
  elseif #crashes == MAX_RESTARTS + 1 then
    local message = 'The aloop server crashed %d times in the last 3 minutes and will not be restarted. %s'
    local text = message:format(#crashes, 'See :Aloop log, then run :Aloop restart')
    require('aloop.notify').show(text, vim.log.levels.ERROR)
  end
end

---Starts or reuses a server for every open models.yaml.
---@return integer count of the buffers with a server
function M.attach_all()
  local count = 0
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(buffer) and vim.bo[buffer].filetype == 'yaml.aloop' and launch(buffer, true) then
      count = count + 1
    end
  end
  return count
end

---Stops every server and starts one for each open models.yaml; only inside async.run.
---@return integer count of the stopped servers and the buffers with a server
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
