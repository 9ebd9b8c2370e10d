-- Words of a command line: split as a shell does, options taken out, field=value read as the field's type.

local fields = require('aloop.fields')

local M = {}

---Splits at white space outside quotes; a backslash takes the next character as it is (in single quotes too: none).
---@param text string
---@return string[]? words
---@return string? problem
function M.split(text)
  local words, word, quote = {}, nil, nil
  local place = 1
  while place <= #text do
    local character = text:sub(place, place)
    if character == '\\' and quote ~= "'" and place < #text then
      place = place + 1
      word = (word or '') .. text:sub(place, place)
    elseif quote then
      if character == quote then
        quote = nil
      else
        word = word .. character
      end
    elseif character == '"' or character == "'" then
      quote, word = character, word or ''
    elseif character:match('%s') then
      if word then
        table.insert(words, word)
      end
      word = nil
    else
      word = (word or '') .. character
    end
    place = place + 1
  end
  if quote then
    return nil, 'A quote is not closed. Nothing was changed.'
  end
  if word then
    table.insert(words, word)
  end
  return words
end

---The words that are no options, and the options: `--make-default` gives { makeDefault = true }.
---@param words string[]
---@param allowed table<string, string> option to argument name
---@return string[]? rest
---@return table|string options or the problem
function M.options(words, allowed)
  local rest, options = {}, {}
  for _, word in ipairs(words) do
    if vim.startswith(word, '--') then
      if not allowed[word] then
        local known = vim.tbl_keys(allowed)
        table.sort(known)
        local takes = #known > 0 and (' It takes %s.'):format(table.concat(known, ', ')) or ''
        return nil, 'This is no option of the command.' .. takes
      end
      options[allowed[word]] = true
    else
      table.insert(rest, word)
    end
  end
  return rest, options
end

---The fields that `field=value` words give; `field=` removes one. No word is quoted: it may hold a key.
---@param words string[]
---@return table<string, any>? fields
---@return string? problem
function M.fields(words)
  local found = {}
  for place, word in ipairs(words) do
    local name, text = word:match('^([%a_][%w_-]*)=(.*)$')
    if not name then
      return nil, ('Word %d after the model is not field=value, such as timeout=300 or name="My model".'):format(place)
    end
    if found[name] ~= nil then
      return nil, ("'%s' is given twice. Give each field once."):format(name)
    end
    found[name] = M.value(name, text)
  end
  return found
end

---A field's value from text: numbers, true and false by the field's type, lists and mappings as JSON, else the text.
---@param name string
---@param text string empty removes the field
---@return any
function M.value(name, text)
  if text == '' then
    return vim.NIL
  end
  local field = fields[name]
  local kinds = field and field.kinds or 'string'
  if kinds:find('string') then
    return text
  end
  local truth = ({ ['true'] = true, yes = true, on = true, ['false'] = false, no = false, off = false })[text:lower()]
  if kinds:find('boolean') and truth ~= nil then
    return truth
  end
  local ok, value = pcall(vim.json.decode, text)
  return ok and value or text
end

---A value as it would be typed.
---@param value any
---@return string
function M.text(value)
  return type(value) == 'table' and vim.json.encode(value) or tostring(value)
end

---Whether a field holds a secret; one that the schema does not know may.
---@param name string
---@return boolean
function M.is_secret(name)
  local field = fields[name]
  return field == nil or field.secret == true
end

return M
