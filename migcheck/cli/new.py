"""``migcheck new``."""

from __future__ import annotations

import re
from pathlib import Path

import click

from migcheck.errors import UsageError
from migcheck.template import write_template

_NAME = re.compile(r"[\w.-]+(/[\w.-]+)+")


@click.command()
@click.argument("name", metavar="THEME/NAME")
@click.option("--folder", default="cases", show_default=True, help="The folder of the cases.")
def new_command(name: str, folder: str) -> int:
    """Write a working pair of programs to start from."""
    if not _NAME.fullmatch(name) or any(part.startswith(".") for part in name.split("/")):
        raise UsageError(f"{name!r} is no name for a case; write theme/name, of letters, digits, _ and -")
    target = Path(folder) / name
    if target.exists():
        raise UsageError(f"{target} exists already; choose another name")
    try:
        write_template(target)
    except OSError as error:
        raise UsageError(f"{target}: cannot be written: {error.strerror}") from None
    click.echo(f"wrote {target}/case.toml, torch_program.py and mindspore_program.py")
    click.echo(f"run it with: migcheck run {target}")
    return 0
