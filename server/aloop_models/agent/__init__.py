"""The agent runtime: talks to a model, which can be switched while it runs."""
