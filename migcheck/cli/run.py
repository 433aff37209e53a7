"""``migcheck run``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from migcheck.cli.options import (
    EXIT_CODES,
    SETTINGS,
    check_platform,
    consoles,
    interpreter_options,
    isolation_of,
    isolation_option,
    json_target,
    report_options,
)
from migcheck.cli.settings import Setting
from migcheck.host.job import LONGEST_TIMEOUT

if TYPE_CHECKING:
    from migcheck.check import RunOptions


class _Slots(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.4 on
    name = "slots"

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


class _Seconds(click.types.FloatParamType):
    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        seconds = float(super().convert(value, param, ctx))
        if not 0 < seconds <= LONGEST_TIMEOUT:
            self.fail(f"{seconds:g} must be more than 0 and at most {LONGEST_TIMEOUT:g}", param, ctx)
        return seconds


@click.command(epilog=EXIT_CODES + SETTINGS.format("-k, --lf and -x", "timeout", "TIMEOUT"))
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
@click.option("--maxfail", cls=Setting, type=click.IntRange(min=1), metavar="N", help="Stop after N failures.")
@click.option(
    "-n",
    "--slots",
    cls=Setting,
    type=_Slots(),
    metavar="N|auto",
    default="auto",
    show_default=True,
    help="Variants checked at the same time.",
)
@click.option(
    "--seed",
    cls=Setting,
    type=click.IntRange(min=0, max=2**63 - 1),
    metavar="N",
    help="Of inputs and programs, in place of the cases' own.  [default: 0]",
)
@click.option(
    "--timeout",
    cls=Setting,
    type=_Seconds(),
    metavar="SECONDS",
    help="For one program, in place of the cases' own.  [default: 60]",
)
@click.option(
    "--diagnose/--no-diagnose",
    cls=Setting,
    default=True,
    show_default=True,
    help="Look for the cause of each mismatch.",
)
@click.option(
    "--diagnose-budget",
    cls=Setting,
    type=_Seconds(),
    metavar="SECONDS",
    default=20.0,
    show_default=True,
    help="For the cause of one mismatch.",
)
@click.option(
    "--prewarm/--no-prewarm",
    cls=Setting,
    default=None,
    help="Check each match again after other calls in its process; by default, the cases that ask for it.",
)
@interpreter_options
@isolation_option
@click.option(
    "--durations",
    cls=Setting,
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Show the N slowest variants.",
)
@report_options
@click.pass_context
def run_command(
    ctx: click.Context,
    /,
    cases: tuple[str, ...],
    keyword: str,
    last_failed: bool,
    exit_first: bool,
    maxfail: int | None,
    slots: int,
    json_file: str | None,
    durations: int,
    quiet: int,
    verbose: int,
    color: str,
    **_: object,
) -> int:
    """Run the pairs of programs and compare their gradients.

    Each argument is a folder (cases/ if none is given), the id of a case or of
    one variant, such as multi_output/summed_outputs[graph].
    """
    check_platform()
    output = json_target(json_file)
    from migcheck.select.arguments import select
    from migcheck.select.last import read_failed, write_failed

    failed_before = read_failed() if last_failed else None
    if last_failed and not failed_before:
        click.echo("migcheck: --lf: no failure is recorded here; running everything", err=True)
        failed_before = None
    items = select(cases, keyword, failed_before)

    from migcheck.report.terminal import TerminalReport
    from migcheck.report.value import failed
    from migcheck.run.resources import cores
    from migcheck.session import run

    options = replace(
        options_of(ctx), slots=min(slots or cores(), len(items)), maxfail=1 if exit_first else maxfail or 0
    )
    out, progress = consoles(color, to_stderr=json_file == "-")
    with TerminalReport(out, progress, verbose - quiet, len(items)) as terminal:
        report = run(items, options, terminal.result)
    terminal.finish(report, durations)
    write_failed({result.id for result in report.results}, {result.id for result in report.results if failed(result)})
    if output:
        from migcheck.report.json import to_json

        output(to_json(report))
    return report.exit_code


def options_of(ctx: click.Context) -> RunOptions:
    """What the parameters of ``migcheck run`` say of how each variant is checked."""
    from migcheck.check import RunOptions

    given = ctx.params
    return RunOptions(
        seed=given["seed"],
        timeout=given["timeout"],
        isolation=isolation_of(given["isolation"]),
        interpreters={"torch": given["torch_python"], "mindspore": given["mindspore_python"]},
        diagnose=given["diagnose"],
        diagnose_budget=given["diagnose_budget"],
        prewarm=given["prewarm"],
        rerun_arguments=_given(ctx, "torch_python", "mindspore_python"),
    )


def _given(ctx: click.Context, *names: str) -> tuple[str, ...]:
    """The options of these names that stand on the command line, as they do there."""
    return tuple(
        f"--{name.replace('_', '-')}={ctx.params[name]}"
        for name in names
        if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE
    )
