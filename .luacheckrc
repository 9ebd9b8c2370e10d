-- luacheck: what is wrong in the Neovim plugin's Lua. Neovim runs LuaJIT and gives every module `vim`.
std = 'luajit'
globals = { 'vim' }
max_line_length = 120
