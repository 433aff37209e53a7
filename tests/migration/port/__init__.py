"""The block, ported to MindSpore."""
