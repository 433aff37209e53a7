"""What the command line, the ini file and ``[tool.migcheck]`` say."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import click
import pytest

from migcheck.check import RunOptions
from migcheck.cli.run import options_of, run_command
from migcheck.errors import MigcheckError, unknown


@dataclass(frozen=True)
class Settings:
    """How one pair of functions is checked; None where nothing is said."""

    rtol: float | None = None
    atol: float | None = None
    tolerance: Any = None
    mode: str | None = None
    dtype: str | None = None
    seed: int | None = None
    timeout: float | None = None
    keywords: Any = None
    prewarm: bool | None = None
    hermetic: bool | None = None

    def over(self, other: Settings) -> Settings:
        """These, and the other's where these say nothing."""
        return replace(other, **{key: value for key, value in self.given.items() if value is not None})

    @property
    def given(self) -> dict[str, Any]:
        """By name."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


def run_options(config: pytest.Config) -> RunOptions:
    """The options of ``migcheck run`` that pytest's stand for; the others as the environment and pyproject.toml say.

    Raises:
        pytest.UsageError: one cannot be meant.
    """
    arguments = []
    for name in ("seed", "timeout"):
        value = config.getoption(f"migcheck_{name}")
        if value is not None:
            arguments.append(f"--{name}={value}")
    if config.getoption("migcheck_no_diagnose"):
        arguments.append("--no-diagnose")
    try:
        return options_of(run_command.make_context("migcheck run", arguments))
    except click.ClickException as error:
        message = error.format_message()
        for name in ("seed", "timeout"):
            message = message.replace(f"'--{name}'", f"'--migcheck-{name}'")
        raise pytest.UsageError(message) from None
    except MigcheckError as error:
        raise pytest.UsageError(str(error)) from None


def problem_of(item: pytest.Item, marker: pytest.Mark) -> str:
    """Why a marker of a test would go unread; empty if it does not."""
    names = [each.name for each in fields(Settings)]
    if "parity" not in getattr(item, "fixturenames", ()):
        return "the test does not use the fixture parity, so the marker would do nothing"
    if marker.args:
        return "takes keywords alone, such as mode='graph'"
    wrong = [key for key in marker.kwargs if key not in names]
    return unknown(f"keyword {wrong[0]!r}", wrong[0], names) if wrong else ""


def marked(item: pytest.Item | None) -> Settings:
    """What the markers of a test say, the nearest first."""
    found = Settings()
    for marker in item.iter_markers("parity") if item else ():
        found = found.over(Settings(**marker.kwargs))
    return found
