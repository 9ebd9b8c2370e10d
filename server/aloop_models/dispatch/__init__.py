"""Runs commands: finds the file a command means, finds who owns its text, and applies the edits there."""
