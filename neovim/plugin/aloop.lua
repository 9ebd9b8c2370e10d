-- Recognises .aloop/models.yaml and starts the language server for it.

if vim.g.loaded_aloop then
  return
end
vim.g.loaded_aloop = true

-- A second filetype on top of yaml keeps its highlighting and indenting, and keeps servers for plain yaml away.
vim.filetype.add({ pattern = { ['.*/%.aloop/models%.yaml'] = 'yaml.aloop' } })
vim.lsp.enable('aloop_ls')
