-- Opens the workspace's models.yaml as a person does and writes what Neovim shows to $ALOOP_OUTCOME, as JSON.

local function wait_for(what, condition)
  if not vim.wait(20000, condition, 10) then
    error('timed out waiting for ' .. what)
  end
end

local function diagnostics()
  return vim.tbl_map(function(found)
    local line = vim.api.nvim_buf_get_lines(0, found.lnum, found.lnum + 1, true)[1]
    return {
      code = found.code,
      severity = vim.diagnostic.severity[found.severity],
      text = line:sub(found.col + 1, found.end_col),
      message = found.message,
    }
  end, vim.diagnostic.get(0))
end

-- Types a line below `models:` and asks what could follow it.
local function completions_after(client, text)
  vim.api.nvim_buf_set_lines(0, 1, 1, true, { text })
  -- Neovim 0.11 sends pending changes before a request only for a buffer that is named, not for 0.
  local buffer = vim.api.nvim_get_current_buf()
  local answer = assert(client:request_sync('textDocument/completion', {
    textDocument = vim.lsp.util.make_text_document_params(buffer),
    position = { line = 1, character = #text },
  }, 20000, buffer))
  vim.cmd.undo()
  return vim.tbl_map(function(item)
    return item.label
  end, answer.result.items)
end

local function story()
  vim.cmd.edit(vim.env.ALOOP_WORKSPACE .. '/.aloop/models.yaml')
  wait_for('the server', function()
    local client = vim.lsp.get_clients({ bufnr = 0, name = 'aloop_ls' })[1]
    return client ~= nil and client.initialized
  end)
  local client = vim.lsp.get_clients({ bufnr = 0, name = 'aloop_ls' })[1]
  wait_for('findings', function()
    return #vim.diagnostic.get(0) > 0
  end)
  local outcome = {
    filetype = vim.bo.filetype,
    syntax = vim.fn.synIDattr(vim.fn.synID(1, 1, 1), 'name'),
    root = client.root_dir,
    diagnostics = diagnostics(),
  }
  outcome.providers = completions_after(client, '  anth')
  outcome.models = completions_after(client, '  anthropic/claude-son')
  return outcome
end

local ok, outcome = xpcall(story, debug.traceback)
vim.fn.writefile({ vim.json.encode(ok and outcome or { error = outcome }) }, vim.env.ALOOP_OUTCOME)
vim.cmd('qall!')
