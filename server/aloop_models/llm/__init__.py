"""The RFC's ModelManager and LiteLLMAdapter, usable by any agent."""
