"""``migcheck compare``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from migcheck.cli.options import EXIT_CODES, SETTINGS, consoles, report_options
from migcheck.cli.outputs import Outputs


class _Tolerance(click.types.FloatParamType):
    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number = float(super().convert(value, param, ctx))
        if not 0 <= number < float("inf"):
            self.fail(f"{value} is not a finite number of 0 or more", param, ctx)
        return number


_SET = click.Path(exists=True, path_type=Path)


@click.command(epilog=EXIT_CODES + SETTINGS.format("those of sets and tolerances", "color", "COLOR"))
@click.argument("torch", type=_SET)
@click.argument("mindspore", type=_SET)
@click.option(
    "--rtol", type=_Tolerance(), metavar="X", help="Allow |t-m| <= rtol*|t| + atol; without --atol, rtol times the RMS."
)
@click.option("--atol", type=_Tolerance(), metavar="X", help="Absolute, in the gradients' own units.")
@click.option("--torch-float64", type=_SET, metavar="SET", help="The torch program's, computed in float64.")
@click.option("--mindspore-float64", type=_SET, metavar="SET", help="The port's, computed in float64.")
@report_options
def compare_command(
    torch: Path,
    mindspore: Path,
    rtol: float | None,
    atol: float | None,
    torch_float64: Path | None,
    mindspore_float64: Path | None,
    quiet: int,
    verbose: int,
    color: str,
    **files: Any,
) -> int:
    """Compare two sets of saved gradients; no framework is needed.

    A set is a .safetensors file, an .npz file, or a folder of .npy files, such
    as migcheck.dump(path, outputs=..., gradients=...) writes from the tensors
    of either framework.  Arrays are paired by name.  torch's set is the
    reference.

    Saved gradients cannot be run again, so a difference that is mere rounding
    is told from a fault only if sets in float64 are given, or a tolerance.
    """
    if torch.samefile(mindspore):
        raise click.UsageError(f"{torch} and {mindspore} are the same set; compare it with the other side's")
    if mindspore_float64 and not torch_float64:
        raise click.UsageError("--mindspore-float64 needs --torch-float64 beside it")
    if mindspore_float64 and torch_float64 and mindspore_float64.samefile(torch_float64):
        raise click.UsageError("--torch-float64 and --mindspore-float64 are the same set; each is its own program's")
    outputs = Outputs(files)
    from migcheck.discover.schema import Tolerance
    from migcheck.report.terminal import TerminalReport
    from migcheck.saved.comparing import Saved, compare_saved

    float64 = {"torch": torch_float64, "mindspore": mindspore_float64}
    saved = Saved(
        {"torch": torch, "mindspore": mindspore},
        {side: path for side, path in float64.items() if path},
        None if rtol is None and atol is None else Tolerance(rtol, atol),
    )
    out, _ = consoles(color, to_stderr=outputs.take_stdout)
    terminal = TerminalReport(out, None, verbose - quiet, 1)
    report = compare_saved(saved)
    with outputs.guarded():
        terminal.result(report.results[0])
        terminal.finish(report, 0)
    outputs.write(report)
    return report.exit_code
