"""``migcheck merge`` and ``migcheck report``: reports that are there already, as one, and in other formats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from migcheck.cli.options import EXIT_CODES, SETTINGS, consoles, report_options
from migcheck.cli.outputs import Outputs

if TYPE_CHECKING:
    from migcheck.report.value import Report


@click.command(epilog=EXIT_CODES + SETTINGS.format("--help", "color", "COLOR"))
@click.argument("reports", nargs=-1, required=True, metavar="REPORT.json...")
@report_options
@click.pass_context
def merge_command(ctx: click.Context, /, reports: tuple[str, ...], **_: object) -> int:
    """Make one report of several, such as those of the parts of a run.

    Each argument is what migcheck run --json wrote. The parts of a run with
    --partition must all be there, and be of the same cases; a variant that is
    in two reports is an error. The exit code is that of the whole.
    """
    from migcheck.report.merging import merged
    from migcheck.report.reading import read_report

    outputs = Outputs(ctx.params, reports)
    named = [(name, read_report(name)) for name in dict.fromkeys(reports)]
    return show(outputs, ctx.params, merged(named))


@click.command(epilog=EXIT_CODES + SETTINGS.format("--help", "color", "COLOR"))
@click.argument("report", default="LAST", metavar="[LAST|REPORT.json]")
@report_options
@click.pass_context
def report_command(ctx: click.Context, /, report: str, **_: object) -> int:
    """Show a report that is there already, and write it in other formats.

    LAST is what the last migcheck run in this folder has found, also where it
    was interrupted or killed. The exit code is that of the run.
    """
    from migcheck.report.reading import read_report

    outputs = Outputs(ctx.params, (report,))
    return show(outputs, ctx.params, read_report(report))


def show(outputs: Outputs, given: dict[str, Any], report: Report) -> int:
    """Print a report, and write it in the formats that are asked for."""
    from migcheck.report.terminal import TerminalReport

    out, _ = consoles(given["color"], to_stderr=outputs.take_stdout)
    terminal = TerminalReport(out, None, given["verbose"] - given["quiet"], len(report.results))
    with outputs.guarded():
        for result in report.results:
            terminal.result(result)
        terminal.finish(report, 0)
    outputs.write(report)
    return report.exit_code
