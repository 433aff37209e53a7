"""What the command line, the ini file and ``[tool.migcheck]`` say."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

import click
import pytest

from migcheck.check import RunOptions
from migcheck.cli import cli
from migcheck.cli.run import options_of, run_command
from migcheck.cli.settings import START
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

    The pyproject.toml is that of rootdir, or above it, whichever folder pytest was started in.

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
    root = click.Context(cli, info_name="pytest")
    root.meta[START] = config.rootpath
    try:
        return options_of(run_command.make_context("run", arguments, parent=root))
    except click.ClickException as error:
        message = error.format_message()
        for name in ("seed", "timeout"):
            message = message.replace(f"'--{name}'", f"'--migcheck-{name}'")
        raise pytest.UsageError(message) from None
    except MigcheckError as error:
        raise pytest.UsageError(str(error)) from None


def problem_of(item: pytest.Item, marker: pytest.Mark) -> str:
    """Why a marker of a test would go unread; empty if it does not.

    One of a class or a module is for those of its tests that use the fixture.
    """
    if marker.args:
        return "takes keywords alone, such as mode='graph'"
    if problem := unknown_setting(marker.kwargs):
        return problem
    uses = "parity" in getattr(item, "fixturenames", ()) or "request" in _arguments(item)
    if marker in item.own_markers and not uses:
        return "the test does not use the fixture parity, so the marker would do nothing"
    return ""


def _arguments(item: pytest.Item) -> Iterable[str]:
    """What a test function takes itself: with ``request`` it may ask for any fixture."""
    function = getattr(item, "function", None)
    return inspect.signature(function).parameters if function else ()


def unknown_setting(given: Iterable[str]) -> str:
    """What to say of the first keyword that is no setting; empty if all are."""
    names = [each.name for each in fields(Settings)]
    wrong = [key for key in given if key not in names]
    return unknown(f"keyword {wrong[0]!r}", wrong[0], names) if wrong else ""


def marked(item: pytest.Item | None) -> Settings:
    """What the markers of a test say, the nearest first."""
    found = Settings()
    for marker in item.iter_markers("parity") if item else ():
        found = found.over(Settings(**marker.kwargs))
    return found
