-- Detects .aloop/models.yaml, starts the language server for it, and defines the command :Aloop.

if vim.g.loaded_aloop then
  return
end
vim.g.loaded_aloop = true

if vim.fn.has('nvim-0.11') == 0 then
  vim.notify('aloop requires Neovim 0.11 or later.', vim.log.levels.WARN)
  return
end

-- The filetype yaml.aloop uses the highlighting and indentation of yaml, but servers for plain yaml do not attach.
vim.filetype.add({
  pattern = {
    ['.*/%.aloop/models%.yaml'] = 'yaml.aloop',
    ['.*%.ya?ml'] = {
      function(path)
        return require('aloop.listed').is_listed(path) and 'yaml.aloop' or nil
      end,
      { priority = 10 },
    },
  },
})
vim.treesitter.language.register('yaml', 'yaml.aloop')

local group = vim.api.nvim_create_augroup('aloop', {})

vim.api.nvim_create_autocmd('FileType', {
  group = group,
  pattern = 'yaml.aloop',
  desc = 'Hide API keys, and warn if the server is not installed',
  callback = function(event)
    require('aloop.hide_keys').attach(event.buf)
    require('aloop.server').warn_if_missing()
  end,
})

vim.api.nvim_create_autocmd('LspAttach', {
  group = group,
  desc = 'Set up code lenses, inlay hints and completion for models.yaml',
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client and client.name == 'aloop_ls' then
      require('aloop.attach').attach(client, event.buf)
    end
  end,
})

vim.api.nvim_create_user_command('Aloop', function(args)
  require('aloop.command').run(args)
end, {
  nargs = '*',
  bang = true,
  desc = 'Manage the models of .aloop/models.yaml',
  complete = function(typed, line, cursor)
    return require('aloop.complete').complete(typed, line, cursor)
  end,
})

vim.lsp.enable('aloop_ls')
