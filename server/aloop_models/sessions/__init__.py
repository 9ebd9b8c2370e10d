"""The running agents and editors, and the connections between them."""
