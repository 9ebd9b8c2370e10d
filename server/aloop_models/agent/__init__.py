"""The agent runtime: a conversation with a model that can be switched at any time."""
