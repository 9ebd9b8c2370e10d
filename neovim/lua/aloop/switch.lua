-- The switch of a model: asks which agent is meant where several run.

local ask = require('aloop.ask')
local say = require('aloop.say')
local server = require('aloop.server')

local M = {}

---Switches, inside async.run, and says what came of it.
---@param client vim.lsp.Client
---@param argument { modelId: string, session: string?, makeDefault: boolean?, uri: string? }
function M.run(client, argument)
  -- What a person asks for now counts more than what an earlier server remembered.
  require('aloop.choice').forget(client)
  local outcome = server.execute(client, 'aloop.switchModel', argument)
  if outcome.reason == 'ambiguousSession' then
    local session = ask.session({ client = client, place = { uri = argument.uri } })
    if not session then
      return
    end
    outcome = server.execute(client, 'aloop.switchModel', vim.tbl_extend('force', argument, { session = session }))
  end
  say.outcome(outcome)
end

return M
