"""``migcheck doctor``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from migcheck.cli.options import (
    check_platform,
    color_option,
    consoles,
    interpreter_options,
    isolation_of,
    isolation_option,
    json_target,
)
from migcheck.cli.outputs import ReportFile

if TYPE_CHECKING:
    from migcheck.doctor import Checkup

_STYLES = {"ok": "green", "warn": "yellow", "fail": "red"}


@click.command(epilog="Exit codes: 0 ready; 2 usage; 3 programs cannot be compared here.")
@interpreter_options
@isolation_option
@click.option("--json", "json_file", metavar="FILE|-", type=ReportFile(), help="Write it as JSON; - is stdout.")
@color_option
def doctor_command(torch_python: str, mindspore_python: str, isolation: str, json_file: str | None, color: str) -> int:
    """Say what is installed, what will not work, and how to mend it.

    A small pair of programs is run and compared, so that ready means ready.
    """
    check_platform()
    output = json_target(json_file)
    from migcheck.check import RunOptions
    from migcheck.doctor import examine

    options = RunOptions(
        isolation=isolation_of(isolation),
        interpreters={"torch": torch_python, "mindspore": mindspore_python},
    )
    out, progress = consoles(color, to_stderr=json_file == "-")
    if progress:
        with progress.status("trying a pair of programs"):
            checkup = examine(options)
    else:
        checkup = examine(options)
    _show(checkup, out)
    if output:
        from migcheck.report.json import encode

        output(encode(checkup))
    return 0 if checkup.ready else 3


def _show(checkup: Checkup, out: Any) -> None:
    from rich.text import Text

    from migcheck.report.text import inert, safe

    for part in checkup.parts:
        out.print(Text(part.name, style="bold"))
        for check in part.checks:
            line = Text(f"  {check.status:<6}", style=_STYLES[check.status])
            line.append(inert(safe(check.what)), style="default")
            out.print(line, soft_wrap=True, highlight=False)
            if check.mend:
                out.print(Text(inert(f"        mend: {safe(check.mend)}")), soft_wrap=True, highlight=False)
    checks = [check for part in checkup.parts for check in part.checks]
    bad = sum(check.status == "fail" for check in checks)
    last = "ready: migcheck run can compare programs here" if checkup.ready else f"not ready: {bad} failed"
    out.print(Text(f"\n{last}", style="bold green" if checkup.ready else "bold red"), soft_wrap=True, highlight=False)
