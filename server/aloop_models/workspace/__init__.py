"""The only mutable state, and all access to the disk: open buffers, files, safe writes."""
