"""``migcheck explain``."""

from __future__ import annotations

import copy
import os
import shlex
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from migcheck.cli.options import EXIT_CODES, SETTINGS, check_platform, consoles, isolation_of, json_target
from migcheck.cli.run import run_command

if TYPE_CHECKING:
    from migcheck.discover.case import Item

#: Variants that are listed where one was to be named.
_MOST_LISTED = 20

_OF_RUN = {option.name: option for option in run_command.params}


def _budget(seconds: float) -> click.Parameter:
    """That of run, with a default of its own: whoever asks for one variant can wait."""
    option = copy.copy(_OF_RUN["diagnose_budget"])
    option.default = seconds
    return option


@click.command(
    epilog=EXIT_CODES + SETTINGS.format("--help", "timeout", "TIMEOUT"),
    params=[
        click.Argument(["case"], metavar="FOLDER|ID"),
        _OF_RUN["seed"],
        _OF_RUN["timeout"],
        _budget(60.0),
        *(_OF_RUN[name] for name in ("prewarm", "torch_python", "mindspore_python", "isolation", "json_file", "color")),
    ],
)
@click.pass_context
def explain_command(
    ctx: click.Context,
    /,
    case: str,
    seed: int | None,
    timeout: float | None,
    diagnose_budget: float,
    prewarm: bool | None,
    torch_python: str,
    mindspore_python: str,
    isolation: str,
    json_file: str | None,
    color: str,
) -> int:
    """Run one variant, and tell all that is known of it.

    The argument is the folder of a case, or an id, with the cell where the
    case has several variants: multi_output/summed_outputs[graph].
    """
    check_platform()
    output = json_target(json_file)
    from migcheck.select.arguments import select

    item = _only(case, select((case,), "", None))

    from migcheck.check import RunOptions
    from migcheck.report.explain import explained, is_title
    from migcheck.report.text import inert, last_line, one_line, safe
    from migcheck.session import run

    options = RunOptions(
        seed=seed,
        timeout=timeout,
        isolation=isolation_of(isolation),
        interpreters={"torch": torch_python, "mindspore": mindspore_python},
        diagnose_budget=diagnose_budget,
        prewarm=prewarm,
        trace=True,
        rerun_arguments=tuple(
            f"--{name.replace('_', '-')}={ctx.params[name]}"
            for name in ("torch_python", "mindspore_python")
            if ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE
        ),
    )
    out, progress = consoles(color, to_stderr=json_file == "-")
    if progress:
        from rich.text import Text

        with progress.status(Text(f"checking {safe(item.id)}")) as status:
            report = run([item], options, lambda result: status.update(f"{result.verdict}; looking for the cause"))
    else:
        report = run([item], options, lambda result: None)

    verdict = "bold green" if report.exit_code == 0 else "bold red"
    for result in report.results:
        for number, line in enumerate(explained(result, out.width)):
            style = verdict if number == 0 else "bold" if is_title(line) else ""
            out.print(inert(line), style=style, markup=False, highlight=False, soft_wrap=True)
        if report.problems:
            out.print("migcheck doctor says what is installed, and how to mend it\n", soft_wrap=True)
    out.print(inert(one_line(last_line(report))), style=verdict, markup=False, highlight=False, soft_wrap=True)
    if output:
        from migcheck.report.json import to_json

        output(to_json(report))
    return report.exit_code


def _only(argument: str, items: list[Item]) -> Item:
    """The one item that the argument selects."""
    from migcheck.discover.case import Variant
    from migcheck.errors import UsageError
    from migcheck.report.text import safe

    if len(items) == 1:
        return items[0]
    names = [_name(item) for item in items]
    listed = [f"  {safe(name)}" for name in names[:_MOST_LISTED]]
    if len(names) > _MOST_LISTED:
        listed.append(f"  … and {len(names) - _MOST_LISTED} more; migcheck list shows all")
    of_one_case = len({item.case.id if isinstance(item, Variant) else item.id for item in items}) == 1
    example = safe(shlex.join(["migcheck", "explain", names[-1]]))
    first = f"{safe(argument)}: {len(names)} variants, and one is explained at a time:"
    last = f"add the cell: {example}" if of_one_case else f"name one, with its cell if it has one: {example}"
    raise UsageError("\n".join([first, *listed, last]))


def _name(item: Item) -> str:
    """What selects an item: its id, or its folder and cell where ids are not looked up here."""
    from pathlib import Path

    from migcheck.discover.case import Variant
    from migcheck.discover.tree import cases_root

    case = item.case if isinstance(item, Variant) else item
    if cases_root(case.folder) == Path("cases").absolute():
        return item.id
    return os.path.relpath(case.folder) + item.id[len(case.id) :]
