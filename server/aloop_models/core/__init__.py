"""The facts about one text: its lines, its YAML, its entries. Strings in, values out, and it cannot fail."""
