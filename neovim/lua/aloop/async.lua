-- Linear code over callbacks: inside run(), await() waits without blocking Neovim.

local M = {}

---Runs a function that may await; an error in it is shown, not swallowed.
---@param work fun()
function M.run(work)
  local thread = coroutine.create(work)
  local ok, problem = coroutine.resume(thread)
  if not ok then
    M.report(thread, problem)
  end
end

---Waits for what is handed to the callback; the callback may be called at once or later, and counts once.
---@param start fun(done: fun(...))
---@return any ...
function M.await(start)
  local thread = assert(coroutine.running(), 'await outside run')
  local is_waiting, answer = false, nil
  start(function(...)
    if answer then
      return
    end
    answer = vim.F.pack_len(...)
    if is_waiting then
      local ok, problem = coroutine.resume(thread)
      if not ok then
        M.report(thread, problem)
      end
    end
  end)
  if not answer then
    is_waiting = true
    coroutine.yield()
  end
  return vim.F.unpack_len(answer)
end

---@param thread thread
---@param problem string
function M.report(thread, problem)
  vim.notify('aloop: ' .. debug.traceback(thread, problem), vim.log.levels.ERROR)
end

return M
