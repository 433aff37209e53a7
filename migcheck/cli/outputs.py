"""Where reports go: a file for each format that is asked for, GitHub's annotations and summary."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from migcheck.cli.saying import say
from migcheck.cli.settings import Setting
from migcheck.errors import UsageError

if TYPE_CHECKING:
    from migcheck.report.value import Report

F = TypeVar("F", bound=Callable[..., Any])

#: Writes a report that is ready.
Write = Callable[[bytes], object]


@dataclass(frozen=True)
class Format:
    """One way to write a report: ``--key FILE`` writes what a function of a module makes of it."""

    key: str
    module: str
    function: str
    help: str

    def render(self, report: Report) -> bytes:
        """The report in this format."""
        made: bytes = getattr(importlib.import_module(self.module), self.function)(report)
        return made


#: JSON first: it has all, and the others can be made of it later.
FORMATS = (
    Format("json", "migcheck.report.json", "to_json", "Write the report as JSON; - is stdout, text goes to stderr."),
    Format("junit", "migcheck.report.junit", "to_junit", "As JUnit XML, which every CI system shows."),
    Format("sarif", "migcheck.report.sarif", "to_sarif", "As SARIF 2.1.0, for code scanning."),
    Format("markdown", "migcheck.report.markdown", "to_markdown", "As a comment on a pull request."),
    Format("html", "migcheck.report.html", "to_html", "As one page, to open and to send."),
)


class ReportFile(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.4 on
    """A file to write a report to; one that cannot be written to is an error before the work, not after it."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The path, or ``-``."""
        if value == "-":
            return "-"
        path = Path(value).expanduser()
        place = path if path.exists() else path.absolute().parent
        if place.is_dir() == (place is path) or not os.access(place, os.W_OK):
            self.fail(f"{value}: cannot be written", param, ctx)
        return str(path)


def format_option(format: Format) -> Callable[[F], F]:
    """The option of one format."""
    return click.option(
        f"--{format.key}",
        f"{format.key}_file",
        cls=Setting,
        type=ReportFile(),
        path=True,
        metavar="FILE|-",
        help=format.help,
    )


def output_options(command: F) -> F:
    """``--json``, ``--junit`` and the others, and ``--github``."""
    command = click.option(
        "--github", is_flag=True, cls=Setting, help="Annotate the lines on GitHub, and write the job's summary."
    )(command)
    for format in reversed(FORMATS):
        command = format_option(format)(command)
    return command


class Outputs:
    """What the options of a command ask for.  Made before the work: a report of an earlier run goes at once."""

    def __init__(self, given: Mapping[str, Any], reads: Iterable[str | None] = ()) -> None:
        """``given`` is the command's parameters by name, ``reads`` the files that it reads.

        Raises:
            UsageError: two reports would go to one place, or one in the place of what is read.
        """
        self._wanted = [(each, given[f"{each.key}_file"]) for each in FORMATS if given.get(f"{each.key}_file")]
        self._github = bool(given.get("github"))
        read = {os.path.realpath(file): file for file in reads if file}
        places: dict[str, str] = {}
        for format, file in self._wanted:
            place = "-" if file == "-" else os.path.realpath(file)
            if place in places:
                where = "stdout" if file == "-" else file
                raise UsageError(f"--{places[place]} and --{format.key} would both write to {where}; give each its own")
            if place in read:
                raise UsageError(f"--{format.key} would overwrite {read[place]}, which is read; give another file")
            places[place] = format.key
        self._targets = [(format, target(file)) for format, file in self._wanted]

    @property
    def take_stdout(self) -> bool:
        """Whether a report goes to stdout, so that text must not."""
        return any(file == "-" for _, file in self._wanted)

    def write(self, report: Report) -> None:
        """Write all that is asked for; one that fails does not take the others with it."""
        problems: list[Exception] = []
        for format, write in self._targets:
            try:
                write(format.render(report))
            except Exception as error:
                problems.append(error)
        if self._github:
            self._annotate(report)
        if problems:
            raise problems[0]

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """What is printed inside is not read for commands by a GitHub runner, whatever a program says in it."""
        if not self._github:
            yield
            return
        import secrets

        token = secrets.token_hex(16)
        self._say(f"::stop-commands::{token}\n")
        try:
            yield
        finally:
            self._say(f"::{token}::\n")

    def _annotate(self, report: Report) -> None:
        from migcheck.report.github import annotations, summary

        self._say(annotations(report))
        file = os.environ.get("GITHUB_STEP_SUMMARY")
        if not file:
            say("--github: GITHUB_STEP_SUMMARY is not set, so there is no summary to write")
            return
        try:
            with open(file, "a", encoding="utf-8") as out:
                out.write(summary(report))
        except OSError as error:
            say(f"--github: the summary cannot be written: {error}")

    def _say(self, text: str) -> None:
        click.echo(text.encode("utf-8", "backslashreplace"), nl=False, err=self.take_stdout)


def target(file: str) -> Write:
    """How to write a report, which an earlier run may have left one of."""
    if file == "-":
        return lambda data: (sys.stdout.buffer.write(data), sys.stdout.buffer.flush())
    path = Path(file)
    if path.is_file():  # a report of an earlier run must not be taken for this one's
        try:
            path.unlink()
        except OSError:
            path.write_bytes(b"")
    return path.write_bytes
