"""Cases on disk and runs of them with the real frameworks."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

from migcheck.check import RunOptions
from migcheck.report.value import Report, Result
from migcheck.select.arguments import select
from migcheck.session import run

TOML = """
    title = "a square"
    [inputs]
    x = 3.0
"""

TORCH = """
    def program(x):
        y = x**2
        y.backward()
        return y, {"x": x.grad}
"""

MINDSPORE = """
    import mindspore as ms

    def square(x):
        return x**2

    def program(x):
        value, gradient = ms.value_and_grad(square)(x)
        return value, {"x": gradient}
"""


def write_case(
    cases: Path, name: str, *, torch: str = TORCH, mindspore: str = MINDSPORE, toml: str = TOML, **files: str
) -> Path:
    """A case folder; by default both programs square 3.0.  ``files`` are further modules, by name without ``.py``."""
    folder = cases / name
    folder.mkdir(parents=True)
    (folder / "case.toml").write_text(dedent(toml))
    (folder / "torch_program.py").write_text(dedent(torch))
    (folder / "mindspore_program.py").write_text(dedent(mindspore))
    for file, text in files.items():
        (folder / f"{file}.py").write_text(dedent(text))
    return folder


def check(cases: Path, **options: Any) -> Report:
    """Run all cases of a folder, two at a time and without a diagnosis unless ``options`` says otherwise."""
    given = {"slots": 2, "diagnose": False, **options}
    return run(select((str(cases),), "", None), RunOptions(**given), lambda result: None)


def by_id(report: Report) -> dict[str, Result]:
    """The results of a report."""
    return {result.id: result for result in report.results}
