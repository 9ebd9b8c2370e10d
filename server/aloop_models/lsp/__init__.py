"""The editor's interface: the only layer that imports pygls and lsprotocol. It converts, calls and converts."""
