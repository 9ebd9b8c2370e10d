-- Switches a model; asks which agent to switch if several run.

local notify = require('aloop.notify')
local prompt = require('aloop.prompt')
local server = require('aloop.server')

local M = {}

---Switches and shows the result; only inside async.run.
---@param client vim.lsp.Client
---@param argument { modelId: string, session: string?, makeDefault: boolean?, uri: string? }
function M.run(client, argument)
  require('aloop.selected_model').discard(client)
  local outcome = server.execute(client, 'aloop.switchModel', argument)
  if outcome.reason == 'ambiguousSession' then
    local session = prompt.session({ client = client, place = { uri = argument.uri } })
    if not session then
      return
    end
    outcome = server.execute(client, 'aloop.switchModel', vim.tbl_extend('force', argument, { session = session }))
  end
  notify.outcome(outcome)
end

return M
