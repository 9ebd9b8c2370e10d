"""The checks, one file per topic; `entry_checks` and `document_checks` list them, and `rules` lists their rules."""
