"""What a station can do, one module per concern."""
