-- How Neovim starts the aloop language server; override it with vim.lsp.config('aloop_ls', { … }).

---@type vim.lsp.Config
return {
  cmd = { 'aloop-ls', '--stdio' },
  filetypes = { 'yaml.aloop' },
  root_markers = { '.aloop' },
}
