"""The RFC's ModelManager and LiteLLMAdapter, for any agent."""
