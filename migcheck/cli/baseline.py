"""``migcheck baseline``: accept the differences that a port has today, and no others."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from migcheck.cli.choosing import choosing_options
from migcheck.cli.options import EXIT_CODES, SETTINGS, report_options
from migcheck.cli.outputs import Outputs
from migcheck.cli.run import checking_options, options_of, run_and_report
from migcheck.cli.saying import say
from migcheck.errors import UsageError

if TYPE_CHECKING:
    from migcheck.baseline.value import Baseline
    from migcheck.report.value import Report

F = TypeVar("F", bound=Callable[..., Any])

_EPILOG = EXIT_CODES + SETTINGS.format("those that choose cases, and -x,", "timeout", "TIMEOUT")


@click.group()
def baseline_command() -> None:
    """Accept the differences that a port has today, and no others."""


def _options(command: F) -> F:
    """The file, where the differences are from, and all options of run."""
    for option in reversed(
        (
            click.argument("file", type=click.Path(dir_okay=False)),
            choosing_options,
            click.option(
                "--from",
                "source",
                metavar="LAST|REPORT.json",
                help="Take a report that is there already, in place of a run.",
            ),
            checking_options,
            report_options,
        )
    ):
        command = option(command)
    return command


@baseline_command.command("write", epilog=_EPILOG)
@_options
@click.pass_context
def write_command(ctx: click.Context, /, file: str, source: str | None, **_: object) -> int:
    """Run, and record in FILE the differences that there are.

    What FILE says of variants that are not run, or could not be compared,
    stays; of those that are no more it goes. Exits with 0 if all differences are recorded, whatever they are.
    """
    from migcheck.baseline.adopting import entries_of
    from migcheck.baseline.file import read_baseline, write_baseline
    from migcheck.baseline.value import Baseline

    outputs = _outputs(ctx)
    before = read_baseline(file) if os.path.exists(file) else Baseline(())
    _check_writable(file)
    report = _report(ctx, outputs, source, None)
    if report.interrupted:
        say(f"the run was interrupted; {file} is as it was")
        return report.exit_code
    if source is None and not (ctx.params["keyword"] or ctx.params["last_failed"]):
        from migcheck.baseline.gone import gone_from

        gone = gone_from(before, ctx.params["cases"], ctx.params["partition"])[0]
        before = Baseline(each for each in before.placed if each.shown not in gone)
    entries = entries_of(report.results, before)
    write_baseline(file, entries)
    say(f"wrote {_count(len(entries))} to {file}")
    errors = sum(result.verdict == "error" for result in report.results)
    if errors:
        say(f"{errors} could not be compared, and no baseline accepts that")
    if report.skipped:
        say(f"{report.skipped} were not checked, so what they differ in is not recorded")
    return 3 if errors or report.skipped else 0


@baseline_command.command("check", epilog=_EPILOG)
@_options
@click.pass_context
def check_command(ctx: click.Context, /, file: str, source: str | None, **_: object) -> int:
    """Run, and accept the differences that are in FILE.

    As migcheck run --baseline FILE: a difference that is not there, or is
    worse than there, fails, and so does an entry that no longer occurs.
    """
    from migcheck.baseline.file import read_baseline

    return _report(ctx, _outputs(ctx), source, read_baseline(file)).exit_code


@baseline_command.command("prune", epilog=_EPILOG)
@_options
@click.pass_context
def prune_command(ctx: click.Context, /, file: str, source: str | None, **_: object) -> int:
    """Run, and delete from FILE the entries that no longer occur.

    Nothing is added. The exit code is that of a check with what is left.
    """
    from migcheck.baseline.file import read_baseline, write_baseline

    outputs = _outputs(ctx)
    baseline = read_baseline(file)
    _check_writable(file)
    report = _report(ctx, outputs, source, baseline)
    if report.interrupted:
        say(f"the run was interrupted; {file} is as it was")
        return report.exit_code
    gone = {*report.gone, *(line for result in report.results for line in result.gone)}
    left = [each.entry for each in baseline.placed if each.shown not in gone]
    if gone:
        write_baseline(file, left)
    say(f"deleted {_count(len(gone))} from {file}; {len(left)} left")
    return _without_gone(report)


def _without_gone(report: Report) -> int:
    import msgspec

    from migcheck.baseline.adopting import judged_again
    from migcheck.report.value import concluded

    results = tuple(judged_again(msgspec.structs.replace(result, gone=())) for result in report.results)
    return concluded(msgspec.structs.replace(report, results=results, gone=())).exit_code


def _outputs(ctx: click.Context) -> Outputs:
    return Outputs(ctx.params, reads=(ctx.params["file"], ctx.params["source"]))


def _report(ctx: click.Context, outputs: Outputs, source: str | None, baseline: Baseline | None) -> Report:
    """What a run finds, or a report that is there already, as the baseline makes of it."""
    if source is None:
        options = options_of(ctx)
        if baseline:  # what is gone, or worse, is seen with it alone
            rerun = (*options.rerun_arguments, f"--baseline={ctx.params['file']}")
            options = replace(options, baseline=baseline, rerun_arguments=rerun)
        return run_and_report(ctx, outputs, options)
    names = {"cases": "the cases", "keyword": "-k", "last_failed": "--lf", "changed_since": "--changed-since"}
    names |= {"partition": "--partition", "exit_first": "-x"}
    for name, shown in names.items():
        if ctx.params[name]:
            raise UsageError(f"--from takes a report as it is; leave out {shown}")
    import msgspec

    from migcheck.baseline.adopting import adopted, without
    from migcheck.cli.merge import show
    from migcheck.report.reading import read_report
    from migcheck.report.value import concluded

    report = read_report(source)
    results = tuple(without(result) for result in report.results)
    notes = report.notes
    gone: tuple[str, ...] = ()
    if baseline:
        # What the run knew to be gone, where this file has it as well.
        gone = tuple(each.shown for each in baseline.placed if any(line.endswith(each.line) for line in report.gone))
        results = tuple(adopted(result, baseline) for result in results)
        if others := len({each.entry.id for each in baseline.placed} - {result.id for result in results}):
            which = f"{others} variants of the baseline are" if others > 1 else "1 variant of the baseline is"
            notes = (*notes, f"{which} not in this report, and so not checked")
    report = concluded(msgspec.structs.replace(report, results=results, gone=gone, notes=notes))
    show(outputs, ctx.params, report)
    return report


def _check_writable(file: str) -> None:
    folder = os.path.dirname(os.path.abspath(file))
    if not os.path.isdir(folder) or not os.access(file if os.path.exists(file) else folder, os.W_OK):
        raise UsageError(f"{file}: cannot be written")


def _count(number: int) -> str:
    return "1 difference" if number == 1 else f"{number} differences"
