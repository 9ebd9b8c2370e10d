-- Recognises .aloop/models.yaml, starts the language server for it, and brings the command :Aloop.

if vim.g.loaded_aloop then
  return
end
vim.g.loaded_aloop = true

if vim.fn.has('nvim-0.11') == 0 then
  vim.notify('aloop needs Neovim 0.11 or later.', vim.log.levels.WARN)
  return
end

-- A second filetype on top of yaml keeps its highlighting and indenting, and keeps servers for plain yaml away.
vim.filetype.add({ pattern = { ['.*/%.aloop/models%.yaml'] = 'yaml.aloop' } })
vim.treesitter.language.register('yaml', 'yaml.aloop')

local group = vim.api.nvim_create_augroup('aloop', {})

vim.api.nvim_create_autocmd('FileType', {
  group = group,
  pattern = 'yaml.aloop',
  desc = 'Says where the server is missing',
  callback = function()
    require('aloop.server').tell_if_missing()
  end,
})

vim.api.nvim_create_autocmd('LspAttach', {
  group = group,
  desc = 'Code lenses, inlay hints and completion of models.yaml',
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client and client.name == 'aloop_ls' then
      require('aloop.attach').attach(client, event.buf)
    end
  end,
})

vim.api.nvim_create_user_command('Aloop', function(given)
  require('aloop.command').run(given)
end, {
  nargs = '*',
  bang = true,
  desc = 'Models of .aloop/models.yaml: switch, add, edit, remove, …',
  complete = function(typed, line, cursor)
    return require('aloop.complete').complete(typed, line, cursor)
  end,
})

vim.lsp.enable('aloop_ls')
