"""The command line: `aloop models …`."""
