"""What a process can be asked to do, one module per concern."""
