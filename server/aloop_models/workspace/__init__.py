"""What is true now: open buffers over files, safe writes. The only mutable state, the only disk."""
