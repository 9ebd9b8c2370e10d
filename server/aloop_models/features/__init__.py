"""What an editor shows, in the editor's words but without LSP types: pure functions of a snapshot."""
