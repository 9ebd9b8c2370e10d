-- Watches models.yaml on disk: notifies the server of a change, and reloads the buffer if it has no unsaved changes.
-- On Linux, Neovim does not watch files for language servers.

local state = require('aloop.state')

local M = {}

local QUIET_MS = 50

---@type table<integer, { folder: string, event: uv.uv_fs_event_t, timer: uv.uv_timer_t }>
local watches = {}

---Reloads the buffer now if the file has changed.
---@param client_id integer
function M.reload(client_id)
  local current = state.get(client_id)
  local buffer = current and current.uri and vim.fn.bufnr(vim.uri_to_fname(current.uri)) or -1
  -- With unsaved changes, `checktime` would ask what to do while the user types.
  if buffer > 0 and vim.api.nvim_buf_is_loaded(buffer) and not vim.bo[buffer].modified then
    vim.cmd.checktime(buffer)
  end
end

---Watches the folder of the file that the server uses, because a watch on the file ends when the file is replaced.
---@param client_id integer
function M.start(client_id)
  local current = state.get(client_id)
  local folder = current and current.file and vim.fs.dirname(current.file)
  local known = watches[client_id]
  if known and known.folder == folder then
    return
  end
  M.stop(client_id)
  if not folder then
    return
  end
  local event, timer = assert(vim.uv.new_fs_event()), assert(vim.uv.new_timer())
  local changed = vim.schedule_wrap(function()
    local client = vim.lsp.get_client_by_id(client_id)
    local now = state.get(client_id)
    if client and now and now.uri then
      M.reload(client_id)
      client:notify('workspace/didChangeWatchedFiles', { changes = { { uri = now.uri, type = 2 } } })
    end
  end)
  local is_watched = event:start(folder, {}, function(problem, name)
    if not problem and (name == nil or name == vim.fs.basename(current.file)) then
      timer:start(QUIET_MS, 0, changed)
    end
  end)
  watches[client_id] = { folder = folder, event = event, timer = timer }
  if not is_watched then
    M.stop(client_id)
  end
end

---@param client_id integer
function M.stop(client_id)
  local known = watches[client_id]
  watches[client_id] = nil
  if known then
    known.event:close()
    known.timer:close()
  end
end

return M
