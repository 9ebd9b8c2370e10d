"""Benchmark: this server and yaml-language-server, driven by the same client."""
