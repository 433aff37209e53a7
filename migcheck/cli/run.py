"""``migcheck run``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from migcheck.cli.choosing import choice_of, choose, choosing_options
from migcheck.cli.options import (
    EXIT_CODES,
    SETTINGS,
    check_platform,
    consoles,
    interpreter_options,
    isolation_of,
    isolation_option,
    report_options,
)
from migcheck.cli.outputs import Outputs
from migcheck.cli.settings import Setting
from migcheck.host.job import LONGEST_TIMEOUT

if TYPE_CHECKING:
    from migcheck.check import RunOptions
    from migcheck.report.value import Report

F = TypeVar("F", bound=Callable[..., Any])


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


class _Bytes(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.4 on
    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*([KMGT])(?:i?B)?", value.strip(), re.IGNORECASE)
        exact = float(found[1]) * 2 ** (10 * (1 + "KMGT".index(found[2].upper()))) if found else 0.0
        if not found:
            self.fail(f"{value!r} is no size; write a number and a unit, such as 2G or 500M", param, ctx)
        if not _LEAST_MEMORY <= exact < _MOST_MEMORY:
            bounds = f"at least {_LEAST_MEMORY // 2**20}M, which a framework alone takes, and below 1024T"
            self.fail(f"{value!r} is out of range: {bounds}", param, ctx)
        return int(exact)


#: Bytes; less than a program holds that does nothing.
_LEAST_MEMORY = 256 * 2**20
#: More than any machine has.
_MOST_MEMORY = 2**50


def checking_options(command: F) -> F:
    """How each variant is checked, and when to stop."""
    for option in reversed(
        (
            click.option("-x", "exit_first", is_flag=True, help="Stop at the first failure."),
            click.option(
                "--maxfail", cls=Setting, type=click.IntRange(min=1), metavar="N", help="Stop after N failures."
            ),
            click.option(
                "-n",
                "--slots",
                cls=Setting,
                type=_Slots(),
                metavar="N|auto",
                default="auto",
                show_default=True,
                help="Variants checked at the same time.",
            ),
            click.option(
                "--seed",
                cls=Setting,
                type=click.IntRange(min=0, max=2**63 - 1),
                metavar="N",
                help="Of inputs and programs, in place of the cases' own.  [default: 0]",
            ),
            click.option(
                "--timeout",
                cls=Setting,
                type=_Seconds(),
                metavar="SECONDS",
                help="For one program, in place of the cases' own.  [default: 60]",
            ),
            click.option(
                "--memory-limit",
                cls=Setting,
                type=_Bytes(),
                metavar="SIZE",
                help="That one program may hold, such as 2G.  [default: its share of 70 % of the machine's]",
            ),
            click.option(
                "--diagnose/--no-diagnose",
                cls=Setting,
                default=True,
                show_default=True,
                help="Look for the cause of each mismatch.",
            ),
            click.option(
                "--diagnose-budget",
                cls=Setting,
                type=_Seconds(),
                metavar="SECONDS",
                default=20.0,
                show_default=True,
                help="For the cause of one mismatch.",
            ),
            click.option(
                "--prewarm/--no-prewarm",
                cls=Setting,
                default=None,
                help="Check each match again after other calls in its process; by default, the cases that ask for it.",
            ),
            interpreter_options,
            isolation_option,
            click.option(
                "--durations",
                cls=Setting,
                type=click.IntRange(min=0),
                default=0,
                metavar="N",
                help="Show the N slowest variants.",
            ),
        )
    ):
        command = option(command)
    return command


@click.command(epilog=EXIT_CODES + SETTINGS.format("those that choose cases, and -x,", "timeout", "TIMEOUT"))
@choosing_options
@checking_options
@click.option(
    "--baseline",
    "baseline_file",
    cls=Setting,
    type=click.Path(),
    path=True,
    metavar="FILE",
    help="Accept the differences that migcheck baseline write has recorded there, and no worse ones.",
)
@report_options
@click.pass_context
def run_command(ctx: click.Context, /, **_: object) -> int:
    """Run the pairs of programs and compare their gradients.

    Each argument is a folder (cases/ if none is given), the id of a case or of
    one variant, such as multi_output/summed_outputs[graph].
    """
    outputs = Outputs(ctx.params, reads=(ctx.params["baseline_file"],))
    return run_and_report(ctx, outputs, options_of(ctx)).exit_code


def run_and_report(ctx: click.Context, outputs: Outputs, options: RunOptions) -> Report:
    """Run what the parameters of a command choose, print it, and write the reports that are asked for."""
    check_platform()
    given = ctx.params
    selection = choose(choice_of(given), options)

    from migcheck.report.terminal import TerminalReport
    from migcheck.run.resources import cores
    from migcheck.session import run

    items = selection.items
    slots = max(1, min(given["slots"] or cores(), len(items)))
    maxfail = 1 if given["exit_first"] else given["maxfail"] or 0
    options = replace(options, slots=slots, maxfail=maxfail, portray=True)
    out, progress = consoles(given["color"], to_stderr=outputs.take_stdout)
    with outputs.guarded():
        with TerminalReport(out, progress, given["verbose"] - given["quiet"], len(items)) as terminal:
            report = run(items, options, terminal.result, selection)
        terminal.finish(report, given["durations"])
    outputs.write(report)
    return report


def options_of(ctx: click.Context) -> RunOptions:
    """What the parameters of ``migcheck run`` say of how each variant is checked."""
    from migcheck.baseline.file import read_baseline
    from migcheck.check import RunOptions

    given = ctx.params
    return RunOptions(
        seed=given["seed"],
        timeout=given["timeout"],
        memory=given["memory_limit"],
        isolation=isolation_of(given["isolation"]),
        interpreters={"torch": given["torch_python"], "mindspore": given["mindspore_python"]},
        diagnose=given["diagnose"],
        diagnose_budget=given["diagnose_budget"],
        prewarm=given["prewarm"],
        baseline=read_baseline(given["baseline_file"]) if given.get("baseline_file") else None,
        rerun_arguments=_given(ctx, "torch_python", "mindspore_python", "baseline_file"),
    )


def _given(ctx: click.Context, *names: str) -> tuple[str, ...]:
    """The options of these names that stand on the command line, as they do there."""
    return tuple(
        f"--{name.removesuffix('_file').replace('_', '-')}={ctx.params[name]}"
        for name in names
        if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE
    )
