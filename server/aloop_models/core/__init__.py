"""The analysis of one text: lines, YAML and entries. Pure functions that never raise for a bad text."""
