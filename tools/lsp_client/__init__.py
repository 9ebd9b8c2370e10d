"""A language client that the demo, the benchmark and the tests share; it needs only the standard library."""

from lsp_client.client import LspClient, Published, path_of
from lsp_client.connection import LspError, ServerGoneError

__all__ = ["LspClient", "LspError", "Published", "ServerGoneError", "path_of"]
