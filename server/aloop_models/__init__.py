"""Models, their keys and the switch between them: language server, commands, management, agent."""

__version__ = "0.1.0"
