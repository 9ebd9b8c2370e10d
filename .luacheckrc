-- Settings of luacheck for the Neovim plugin. Neovim runs LuaJIT and gives every module the global `vim`.
std = 'luajit'
globals = { 'vim' }
max_line_length = 120
