"""Options that several commands have, and where text and progress go."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from migcheck.cli.outputs import FORMATS, Write, format_option, output_options, target
from migcheck.cli.settings import Interpreter, Setting

F = TypeVar("F", bound=Callable[..., Any])

EXIT_CODES = """\b
Exit codes: 0 parity (known differences allowed); 1 gradients differ, or a
known difference no longer occurs; 2 usage; 3 could not compare (exception,
crash, timeout, framework missing); 4 internal error; 5 nothing selected;
130 interrupted.
"""

SETTINGS = """
All options but {} can also be set in pyproject.toml, under
[tool.migcheck], and in the environment: --{} is MIGCHECK_{} there.
"""


def report_options(command: F) -> F:
    """How a report is given: its files, ``-q``, ``-v``, ``--color``."""
    for option in reversed(
        (
            output_options,
            click.option("-q", "--quiet", cls=Setting, count=True, help="Only failures and the last line."),
            click.option(
                "-v",
                "--verbose",
                cls=Setting,
                count=True,
                help="Times, notes, known differences and what the programs print.",
            ),
            color_option,
        )
    ):
        command = option(command)
    return command


def json_option(command: F) -> F:
    """``--json`` alone."""
    return format_option(FORMATS[0])(command)


def isolation_option(command: F) -> F:
    """``--isolation``."""
    return click.option(
        "--isolation",
        cls=Setting,
        type=click.Choice(["auto", "fork", "spawn"]),
        default="auto",
        show_default=True,
        help="How a program gets its process: forked from its host, or a fresh one.",
    )(command)


def color_option(command: F) -> F:
    """``--color``."""
    return click.option(
        "--color", cls=Setting, type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True
    )(command)


def interpreter_options(command: F) -> F:
    """``--torch-python`` and ``--mindspore-python``."""
    for side, title in (("mindspore", "MindSpore"), ("torch", "torch")):
        command = click.option(
            f"--{side}-python",
            cls=Setting,
            type=Interpreter(),
            path=True,
            default="",
            help=f"Interpreter, or virtual environment, that has {title}.  [default: this one]",
        )(command)
    return command


def check_platform() -> None:
    """Refuse Windows, which has none of the means that keep a program from taking the others with it."""
    if sys.platform == "win32":
        raise click.UsageError("migcheck runs on Linux and macOS; on Windows, run it in WSL")


def isolation_of(chosen: str) -> str:
    """``fork`` or ``spawn``, where ``auto`` was chosen."""
    if chosen != "auto":
        return chosen
    return "fork" if sys.platform == "linux" else "spawn"


def json_target(file: str | None) -> Write | None:
    """How to write the JSON report, if one is asked for."""
    return None if file is None else target(file)


def consoles(color: str, to_stderr: bool) -> tuple[Any, Any]:
    """Where text goes, and where a progress bar may be drawn: on a terminal only."""
    from rich.console import Console

    class Patient(Console):
        def on_broken_pipe(self) -> None:
            """Where the reader has left (``| head -1``), the run goes on: its exit code and its files are wanted."""
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.file.fileno())
            self.quiet = True

    every: dict[str, dict[str, Any]] = {
        "auto": {},
        "always": {"force_terminal": True, "color_system": "standard", "no_color": False},
        "never": {"color_system": None, "no_color": True},
    }
    settings = every[color]
    out = Patient(stderr=to_stderr, **settings)
    if out.file.isatty():
        return out, out
    aside = Patient(stderr=True, **settings)
    return out, aside if aside.file.isatty() else None
