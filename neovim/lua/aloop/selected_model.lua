-- The selected model is only in the server's memory: keeps it here, and selects it again after the server restarts.

local state = require('aloop.state')
local server = require('aloop.server')

local M = {}

---@type table<integer, { root: string, model_id: string }> by client
local selected = {}
---@type table<string, string> model ID by folder, until a new server has it
local unrestored = {}

---Remembers the selected model of the newest state; in a new server, restores it while no agent runs.
---@param client vim.lsp.Client
function M.update(client)
  local current, folder = state.get(client.id), client.root_dir
  if not current or not folder then
    return
  end
  local model = vim.iter(current.models):find(function(model)
    return model.selected
  end)
  local wanted = unrestored[folder]
  if not wanted or (model and model.modelId == wanted) then
    unrestored[folder] = nil
    -- A new server selects the default model without being asked.
    local is_remembered = model and not model.default
    selected[client.id] = is_remembered and { root = folder, model_id = model.modelId } or nil
    return
  end
  local listed = vim.iter(current.models):find(function(each)
    return each.modelId == wanted
  end)
  -- A long list is shortened; the server refuses a model that it does not have.
  local is_ready = listed and listed.ready or (not listed and current.moreModels)
  -- While an agent runs, the command would switch that agent.
  if is_ready and #state.agents(current) == 0 then
    unrestored[folder] = nil
    require('aloop.async').run(function()
      server.execute(client, 'aloop.switchModel', { modelId = wanted })
    end)
  end
end

---The server has stopped: its selected model must be restored in the next one.
---@param client_id integer
function M.on_exit(client_id)
  local known = selected[client_id]
  selected[client_id] = nil
  if known then
    unrestored[known.root] = known.model_id
  end
end

---The user switches: do not restore the selected model of an earlier server.
---@param client vim.lsp.Client
function M.discard(client)
  if client.root_dir then
    unrestored[client.root_dir] = nil
  end
end

return M
