"""The case folders that the tests of the plugin collect, one for each outcome."""

from __future__ import annotations

from pathlib import Path

from tests.real import MINDSPORE, TORCH, write_case

DOUBLED = MINDSPORE.replace('{"x": gradient}', '{"x": 2 * gradient}')
MODES = """
    title = "a square"
    tags = ["easy-one"]
    [inputs]
    x = 3.0
    [matrix]
    mode = ["pynative", "graph"]
"""
KNOWN = """
    title = "a square"
    [inputs]
    x = 3.0
    [known]
    "grad['x']" = { cause = "constant_ratio", reason = "the port doubles it" }
"""
FAILS = TORCH.replace("y.backward()", 'raise ValueError("no such luck")')


def write_folders(cases: Path) -> None:
    """One case that matches, one for each other outcome, and one whose theme pytest would leave out."""
    write_case(cases, "a/matches", toml=MODES)
    write_case(cases, "a/known", toml=KNOWN, mindspore=DOUBLED)
    write_case(cases, "b/stale", toml=KNOWN)
    write_case(cases, "b/differs", mindspore=DOUBLED)
    write_case(cases, "b/fails", torch=FAILS)
    write_case(cases, "dist/normal")


def write_broken(cases: Path) -> None:
    """A case with a key that there is not, and half of a pair."""
    write_case(cases, "c/unknown_key", toml='title = "a square"\ntolerence = 1')
    half = write_case(cases, "c/half")
    (half / "mindspore_program.py").unlink()
