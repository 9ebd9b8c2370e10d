-- The switch of a model: asks which agent is meant where several run.

local ask = require('aloop.ask')
local say = require('aloop.say')
local server = require('aloop.server')

local M = {}

---Names every agent of the folder.
M.ALL = '*'

---Switches, inside async.run, and says what came of it.
---@param client vim.lsp.Client
---@param argument { modelId: string, session: string?, makeDefault: boolean?, uri: string? }
function M.run(client, argument)
  -- What a person asks for now counts more than what an earlier server remembered.
  require('aloop.choice').forget(client)
  local outcome = server.execute(client, 'aloop.switchModel', argument)
  if outcome.reason == 'ambiguousSession' then
    local session = ask.session(client, argument.uri)
    if not session then
      return
    end
    outcome = server.execute(client, 'aloop.switchModel', vim.tbl_extend('force', argument, { session = session }))
  end
  say.outcome(outcome)
end

---The model and the session that the words mean. A name may have several words, so the last one is a session only
---where the words do not fit a model as a whole.
---@param models aloop.Model[]
---@param words string[]
---@param sessions aloop.Session[]
---@return string model as it was typed
---@return string? session
function M.meant(models, words, sessions)
  local whole = table.concat(words, ' ')
  if #words < 2 or ask.meant(models, whole) then
    return whole
  end
  local last, rest = words[#words], table.concat(words, ' ', 1, #words - 1)
  local is_session = last == M.ALL or vim.iter(sessions):any(function(session)
    return session.id == last
  end)
  if is_session or ask.meant(models, rest) then
    return rest, last
  end
  return whole
end

return M
