"""worksheet."""
