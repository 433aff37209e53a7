"""``migcheck run``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

_EPILOG = """\b
Exit codes: 0 parity (known differences allowed); 1 gradients differ, or a
known difference no longer occurs; 2 usage; 3 could not compare (exception,
crash, timeout, framework missing); 4 internal error; 5 nothing selected;
130 interrupted.
"""


class _Slots(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.4 on
    name = "N|auto"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if value == "auto":
            return 0
        try:
            slots = int(value)
        except ValueError:
            slots = 0
        if slots < 1:
            self.fail(f"{value!r} is neither a number of 1 or more nor auto", param, ctx)
        return slots


@click.command(epilog=_EPILOG)
@click.argument("cases", nargs=-1, metavar="[FOLDER|ID]...")
@click.option(
    "-k",
    "keyword",
    default="",
    metavar="EXPR",
    help="Only variants whose id or tags match: words, and, or, not, brackets.",
)
@click.option(
    "--lf", "last_failed", is_flag=True, help="Only what failed in the last run here; everything if nothing did."
)
@click.option("-x", "exit_first", is_flag=True, help="Stop at the first failure.")
@click.option("--maxfail", type=click.IntRange(min=1), metavar="N", help="Stop after N failures.")
@click.option(
    "-n", "slots", type=_Slots(), default="auto", show_default=True, help="Variants checked at the same time."
)
@click.option(
    "--seed",
    type=click.IntRange(min=0, max=2**63 - 1),
    metavar="N",
    help="Of inputs and programs, in place of the cases' own.  [default: 0]",
)
@click.option(
    "--timeout",
    type=float,
    metavar="SECONDS",
    help="For one program, in place of the cases' own.  [default: 60]",
)
@click.option(
    "--isolation",
    type=click.Choice(["auto", "fork", "spawn"]),
    default="auto",
    show_default=True,
    help="How a program gets its process: forked from its host, or a fresh one.",
)
@click.option(
    "--json", "json_file", metavar="FILE|-", help="Write the report as JSON; - is stdout, and the text goes to stderr."
)
@click.option("--durations", type=click.IntRange(min=0), default=0, metavar="N", help="Show the N slowest variants.")
@click.option("-q", "--quiet", count=True, help="Only failures and the last line.")
@click.option("-v", "--verbose", count=True, help="Times, notes, known differences and what the programs print.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True)
def run_command(
    cases: tuple[str, ...],
    keyword: str,
    last_failed: bool,
    exit_first: bool,
    maxfail: int | None,
    slots: int,
    seed: int | None,
    timeout: float | None,
    isolation: str,
    json_file: str | None,
    durations: int,
    quiet: int,
    verbose: int,
    color: str,
) -> int:
    """Run the pairs of programs and compare their gradients.

    Each argument is a folder (cases/ if none is given), the id of a case or of
    one variant, such as multi_output/summed_outputs[graph].
    """
    from migcheck.discover.schema import LONGEST_TIMEOUT

    _check_platform()
    if timeout is not None and not 0 < timeout <= LONGEST_TIMEOUT:
        raise click.UsageError(f"--timeout {timeout}: must be more than 0 and at most {LONGEST_TIMEOUT:g} seconds")
    output = _json_target(json_file)
    from migcheck.select.arguments import select
    from migcheck.select.last import read_failed, write_failed

    failed_before = read_failed() if last_failed else None
    if last_failed and not failed_before:
        click.echo("migcheck: --lf: no failure is recorded here; running everything", err=True)
        failed_before = None
    items = select(cases, keyword, failed_before)

    from migcheck.check import RunOptions
    from migcheck.report.terminal import TerminalReport
    from migcheck.report.value import failed
    from migcheck.run.resources import cores
    from migcheck.session import run

    options = RunOptions(
        seed=seed,
        timeout=timeout,
        slots=min(slots or cores(), len(items)),
        maxfail=1 if exit_first else maxfail or 0,
        isolation=isolation if isolation != "auto" else "fork" if sys.platform == "linux" else "spawn",
    )
    out, progress = _consoles(color, to_stderr=json_file == "-")
    with TerminalReport(out, progress, verbose - quiet, len(items)) as terminal:
        report = run(items, options, terminal.result)
    terminal.finish(report, durations)
    write_failed({result.id for result in report.results}, {result.id for result in report.results if failed(result)})
    if json_file:
        from migcheck.report.json import to_json

        output(to_json(report))
    return report.exit_code


def _check_platform() -> None:
    if sys.platform == "win32":
        raise click.UsageError("migcheck runs on Linux and macOS; on Windows, run it in WSL")


def _json_target(file: str | None) -> Any:
    """How to write the JSON report; a place that cannot be written to is an error before the run, not after it."""
    if file == "-":
        return lambda data: (sys.stdout.buffer.write(data), sys.stdout.buffer.flush())
    if file is None:
        return None
    path = Path(file)
    if path.is_dir() or not os.access(path if path.exists() else path.absolute().parent, os.W_OK):
        raise click.UsageError(f"--json {file}: cannot be written")
    if path.is_file():  # a report of an earlier run must not be taken for this one's
        try:
            path.unlink()
        except OSError:
            path.write_bytes(b"")
    return path.write_bytes


def _consoles(color: str, to_stderr: bool) -> tuple[Any, Any]:
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
