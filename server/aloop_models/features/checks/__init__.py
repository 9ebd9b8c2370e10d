"""Checks, one file per family; `entry_checks` and `document_checks` list them, `rules` lists what they report."""
