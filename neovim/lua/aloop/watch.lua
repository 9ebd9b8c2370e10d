-- Sees that models.yaml changed on the disk: tells the server, and has Neovim reload a buffer without changes.
-- Neovim itself watches no files for servers on Linux.

local state = require('aloop.state')

local M = {}

local QUIET_MS = 50

---@type table<integer, { folder: string, event: uv.uv_fs_event_t, timer: uv.uv_timer_t }>
local watches = {}

---Looks at the file now.
---@param client_id integer
function M.look(client_id)
  local told = state.of(client_id)
  local buffer = told and told.uri and vim.fn.bufnr(vim.uri_to_fname(told.uri)) or -1
  -- Unsaved changes are not thrown away, and nobody is asked about them in the middle of typing.
  if buffer > 0 and vim.api.nvim_buf_is_loaded(buffer) and not vim.bo[buffer].modified then
    vim.cmd.checktime(buffer)
  end
end

---Watches the folder of the file that the server told of: a file renamed into place is another file each time.
---@param client_id integer
function M.follow(client_id)
  local told = state.of(client_id)
  local folder = told and told.file and vim.fs.dirname(told.file)
  local known = watches[client_id]
  if known and known.folder == folder then
    return
  end
  M.forget(client_id)
  if not folder then
    return
  end
  local event, timer = assert(vim.uv.new_fs_event()), assert(vim.uv.new_timer())
  local changed = vim.schedule_wrap(function()
    local client = vim.lsp.get_client_by_id(client_id)
    local now = state.of(client_id)
    if client and now and now.uri then
      M.look(client_id)
      client:notify('workspace/didChangeWatchedFiles', { changes = { { uri = now.uri, type = 2 } } })
    end
  end)
  local is_watched = event:start(folder, {}, function(problem, name)
    if not problem and (name == nil or name == vim.fs.basename(told.file)) then
      timer:start(QUIET_MS, 0, changed)
    end
  end)
  watches[client_id] = { folder = folder, event = event, timer = timer }
  if not is_watched then
    M.forget(client_id)
  end
end

---@param client_id integer
function M.forget(client_id)
  local known = watches[client_id]
  watches[client_id] = nil
  if known then
    known.event:close()
    known.timer:close()
  end
end

return M
