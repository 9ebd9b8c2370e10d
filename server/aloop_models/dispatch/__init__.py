"""Run commands: find the file, find the owner of its text, and apply the edits there."""
