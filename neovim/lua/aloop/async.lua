-- Coroutines over callbacks: inside run(), await() waits without blocking Neovim.

local M = {}

---Runs a function that may await, and shows its error.
---@param work fun()
function M.run(work)
  local thread = coroutine.create(work)
  local ok, problem = coroutine.resume(thread)
  if not ok then
    M.report(thread, problem)
  end
end

---Waits for the arguments of the callback. The callback may be called immediately or later; only the first call counts.
---@param start fun(done: fun(...))
---@return any ...
function M.await(start)
  local thread = assert(coroutine.running(), 'await outside run')
  local is_waiting, result = false, nil
  start(function(...)
    if result then
      return
    end
    result = vim.F.pack_len(...)
    if is_waiting then
      local ok, problem = coroutine.resume(thread)
      if not ok then
        M.report(thread, problem)
      end
    end
  end)
  if not result then
    is_waiting = true
    coroutine.yield()
  end
  return vim.F.unpack_len(result)
end

---@param thread thread
---@param problem string
function M.report(thread, problem)
  require('aloop.notify').show('aloop: ' .. debug.traceback(thread, problem), vim.log.levels.ERROR)
end

return M
