"""The report for a person: a line for each variant as it is done, a block for each failure, one last line."""

from __future__ import annotations

from collections import Counter
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from migcheck.report.blocks import Line, body, head, set_apart
from migcheck.report.text import inert, last_line, one_line, safe, short
from migcheck.report.value import Report, Result, failed

_STYLES = {"match": "green", "known": "cyan", "stale": "magenta", "mismatch": "red", "error": "yellow"}


class TerminalReport:
    """Prints results as they come.  ``with`` it around the run, then :meth:`finish`."""

    def __init__(self, out: Console, progress: Console | None, verbosity: int, total: int) -> None:
        """``progress`` is where a progress bar may be drawn, None for nowhere."""
        self._out = out
        self._verbosity = verbosity
        self._bar: Progress | None = None
        self._task = TaskID(0)
        if progress is not None:
            columns = (
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
            )
            self._bar = Progress(*columns, console=progress, transient=True)
            self._task = self._bar.add_task("starting torch and mindspore", total=total)

    def __enter__(self) -> TerminalReport:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def result(self, result: Result) -> None:
        """One line, and below it what ``-v`` asks for."""
        if self._bar:
            self._bar.update(self._task, advance=1, description=one_line(result.id))
        if self._verbosity < 0:
            return
        line = Text(f"{result.verdict:<10}", style=_STYLES[result.verdict])
        line.append(inert(one_line(result.id)), style="default")
        line.append(f"  {result.seconds.total:.2f} s", style="dim")
        self._print(line)
        for note in set_apart(result):
            self._print(Text(inert(f"  note: {one_line(note)}")))
        if self._verbosity > 0:
            self._details(result)

    def finish(self, report: Report, durations: int) -> None:
        """The blocks of all failures, the slowest variants if asked for, and the last line."""
        shown = [result for result in report.results if failed(result)]
        alike = Counter(_of_the_host(result) for result in shown)
        for result in shown:
            reasons = _of_the_host(result)
            if not alike[reasons]:  # said already
                continue
            self._print(Text())
            self._block(result)
            if reasons:
                if alike[reasons] > 1:
                    self._print(Text(f"  and {alike[reasons] - 1} more for the same reason", style="dim"))
                alike[reasons] = 0
        if report.gone:
            self._print(
                Text("\nGONE from the cases, and in the baseline still; delete these lines:", style="bold magenta")
            )
            for line in report.gone:
                self._print(Text(inert(f"  {one_line(line)}")))
        if report.problems and shown:
            self._print(Text("  migcheck doctor says what is installed, and how to mend it"))
        if durations:
            self._durations(report, durations)
        if self._verbosity >= 0 or shown:
            self._print(Text())
        for note in report.notes:
            self._print(Text(inert(f"note: {one_line(note)}")))
        self._print(
            Text(inert(one_line(last_line(report))), style="bold green" if report.exit_code == 0 else "bold red")
        )

    def _block(self, result: Result) -> None:
        self._print(Text(inert(one_line(head(result))), style=f"bold {_STYLES[result.verdict]}"))
        for line in body(result):
            self._fold(line, indent=2)

    def _details(self, result: Result) -> None:
        seconds = result.seconds
        sides = f"torch {seconds.torch:.3f} s, mindspore {seconds.mindspore:.3f} s, " if seconds.torch else ""
        self._print(Text(f"  {result.leaves} leaves; {sides}comparison {seconds.compare:.3f} s", style="dim"))
        for rounded in result.rounded:
            rounding = rounded.rounding
            self._print(
                Text(
                    f"  {inert(one_line(rounded.leaf))}: differs by rounding: against float64 torch is off by "
                    f"{short(rounding.torch_rms)} of its RMS, mindspore by {short(rounding.mindspore_rms)}"
                )
            )
        if result.verdict == "known":
            for pieces in body(result):
                self._fold(pieces, indent=2)
        for side, output in result.output.items():
            for line in safe(output).rstrip().splitlines():
                self._print(Text(inert(f"  {one_line(side)} | {line}"), style="dim"))

    def _durations(self, report: Report, count: int) -> None:
        self._print(Text(f"\nslowest {min(count, len(report.results))}:"))
        slowest = sorted(report.results, key=lambda result: result.seconds.total, reverse=True)[:count]
        for result in slowest:
            seconds = result.seconds
            sides = f"torch {seconds.torch:.2f}, mindspore {seconds.mindspore:.2f}, comparison {seconds.compare:.2f}"
            self._print(Text(f"  {seconds.total:6.2f} s  {inert(one_line(result.id))}  ({sides})"))

    def _fold(self, line: Line, indent: int) -> None:
        """Print the pieces of a line on one line where they fit, else one below the other."""
        line = [one_line(piece) for piece in line]
        whole = " " * indent + " ".join(line)
        if not self._out.file.isatty() or len(whole) <= self._out.width or len(line) == 1:
            self._print(Text(inert(whole)))
            return
        for at, piece in enumerate(line):
            self._print(Text(inert(" " * indent + (piece if at == 0 else "    " + piece.strip()))))

    def _print(self, text: Text) -> None:
        self._out.print(text, soft_wrap=True, highlight=False)


def _of_the_host(result: Result) -> tuple[str, ...]:
    """Why a framework's host could not run a variant; a host that cannot run one can run none."""
    if result.verdict != "error" or not all(failure.kind == "host" for failure in result.failures):
        return ()
    return tuple(f"{failure.side}: {failure.reason}" for failure in result.failures)
