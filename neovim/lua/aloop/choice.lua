-- The model chosen for the next agent lives in the server's memory: kept here, and told again to the server after it.

local state = require('aloop.state')
local server = require('aloop.server')

local M = {}

---@type table<integer, { root: string, model_id: string }> by client
local chosen = {}
---@type table<string, string> model by folder, while no server knows of it
local lost = {}

---Takes the choice from what a server told last; a new one gets the choice of the one before it, while no agent runs.
---@param client vim.lsp.Client
function M.follow(client)
  local told, folder = state.of(client.id), client.root_dir
  if not told or not folder then
    return
  end
  local selected = vim.iter(told.models):find(function(model)
    return model.selected
  end)
  local wanted = lost[folder]
  if not wanted or (selected and selected.modelId == wanted) then
    lost[folder] = nil
    -- The default needs nobody's choice.
    local is_choice = selected and not selected.default
    chosen[client.id] = is_choice and { root = folder, model_id = selected.modelId } or nil
    return
  end
  local is_ready = vim.iter(told.models):any(function(model)
    return model.modelId == wanted and model.ready
  end)
  -- With an agent there, the switch would reach the agent.
  if is_ready and #state.agents(told) == 0 then
    lost[folder] = nil
    require('aloop.async').run(function()
      server.execute(client, 'aloop.switchModel', { modelId = wanted })
    end)
  end
end

---The server is gone, and its memory with it.
---@param client_id integer
function M.lose(client_id)
  local known = chosen[client_id]
  chosen[client_id] = nil
  if known then
    lost[known.root] = known.model_id
  end
end

---Somebody chooses anew: what an earlier server knew does not count any more.
---@param client vim.lsp.Client
function M.forget(client)
  if client.root_dir then
    lost[client.root_dir] = nil
  end
end

return M
