"""Finds the models of servers on this machine. Only a process that a person has started for this may use it."""
