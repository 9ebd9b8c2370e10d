"""The editor's face: the only place that knows pygls and lsprotocol. It converts, asks and converts."""
