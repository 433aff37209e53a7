"""What is wrong with a saved set."""

from __future__ import annotations


class BadSet(Exception):
    """A saved set that cannot be read; the message says which, why, and what to do."""
