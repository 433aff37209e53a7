"""Sentences on stderr, which may quote an argument, a file's name or a program."""

from __future__ import annotations

import click


def say(text: str) -> None:
    """A sentence after the name of the command."""
    show(f"migcheck: {text}")


def show(text: str) -> None:
    """Text on stderr that neither a terminal nor a CI system obeys."""
    from migcheck.report.text import inert, safe

    click.echo(inert(safe(text)), err=True)
