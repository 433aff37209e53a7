"""A small transformer block in PyTorch."""
