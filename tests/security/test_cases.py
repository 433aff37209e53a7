"""A ``case.toml`` is data: read in bounded memory and time, and shown without being obeyed."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from migcheck.compare.pattern import matches
from migcheck.feed.draw import FeedError, draw
from tests.build import grad, variant, write_case
from tests.saved.forge import in_time, npy
from tests.security.limits import limited, obeyed

TITLE = 'title = "x"\n'
MANY = TITLE + "[matrix]\n" + "".join(f"k{number} = {list(range(100))}\n" for number in range(12))


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        (MANY, ":2: [matrix] has 1000000000000000000000000 variants; a case has at most 10000, so split it"),
        (TITLE + ".".join("a" * 20_000) + " = 1", ":2: not valid TOML: a key of more than 32 parts"),
        (TITLE + "[" + ".".join("a" * 20_000) + "]", ":2: not valid TOML: a key of more than 32 parts"),
        (TITLE + "x = {" + ".".join("a" * 20_000) + " = 1}", ":2: not valid TOML: a key of more than 32 parts"),
        (TITLE + "x = " + "[" * 100_000, ": not valid TOML: maximum recursion depth exceeded"),
        (TITLE + "#" * 2**20, ": larger than 1 MiB; save arrays as .npy, and load them"),
        (
            TITLE + '[matrix]\nk = ["\\u001bc"]',
            ":3: matrix key 'k' holds '\\x1bc'; it stands in ids, so it is finite, printable, and without spaces, "
            "commas and brackets",
        ),
        (TITLE + '"\\u001b[2J\\n::error::x" = 1', ": unknown key '\\x1b[2J\\n::error::x'; known are title, guide"),
    ],
    ids=["variants", "a key", "a table", "an inline key", "brackets", "a large file", "an escape", "a key's name"],
)
def test_it_costs_its_own_case_alone(tmp_path: Path, toml: str, said: str) -> None:
    write_case(tmp_path / "cases" / "a" / "bad", toml)
    write_case(tmp_path / "cases" / "a" / "good")
    done = limited("list", cwd=tmp_path, memory=2**29)
    bad, good = done.out.splitlines()
    assert bad.startswith(f"a/bad   ERROR cases/a/bad/case.toml{said}")
    assert good == "a/good  a case"
    assert (done.code, done.err) == (3, "")


def test_what_it_says_is_shown_on_one_line(tmp_path: Path) -> None:
    title = "\\u001b[31mred \\u202e\\n::error::x\\nmatch a/b ##[error]y"
    write_case(tmp_path / "cases" / "a" / "case", f'title = "{title}"')
    done = limited("list", cwd=tmp_path)
    assert done.out == "a/case  \\x1b[31mred \\u202e\\n::error::x\\nmatch a/b \\x23#[error]y\n"


@pytest.mark.parametrize("name", ["line\nfeed", "\x1b[31m", "\u202ebidi", "\udcff"])
def test_names_of_folders(tmp_path: Path, name: str) -> None:
    write_case(tmp_path / "cases" / "a" / name)
    done = limited("list", cwd=tmp_path)
    assert done.code == 3
    assert "the folder's name stands in ids, so it must be printable text without brackets; rename it\n" in done.out
    assert not obeyed(done.out)
    assert done.out.count("\n") == 1


def test_nothing_that_is_listed_is_imported(tmp_path: Path) -> None:
    folder = write_case(tmp_path / "cases" / "a" / "case")
    for name in ("torch_program.py", "mindspore_program.py", "inputs.py", "conftest.py"):
        (folder / name).write_text("open('pwned', 'w')")
    (tmp_path / "sitecustomize.py").write_text("open('pwned', 'w')")
    assert limited("list", cwd=tmp_path, env={"PYTHONPATH": ""}).code == 0
    assert not list(tmp_path.rglob("pwned"))


def test_no_module_of_the_folder_stands_in_for_one_of_ours(tmp_path: Path) -> None:
    write_case(tmp_path / "cases" / "a" / "case")
    for name in ("click", "msgspec", "numpy", "rich", "tomllib", "execnet", "safetensors", "difflib"):
        (tmp_path / f"{name}.py").write_text("open('pwned', 'w')")
    (tmp_path / "set").mkdir()
    for arguments in (("list",), ("compare", "set", "cases"), ("report",)):
        limited(*arguments, cwd=tmp_path, env={"PYTHONPATH": ""})
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("pipe", "is no readable .npy file of numbers: not a file"),
        ("/dev/zero", "is no readable .npy file of numbers: not a file"),
        ("/etc/passwd", "is no readable .npy file of numbers: "),
        ("deep.npy", "is no readable .npy file of numbers: "),
        ("objects.npy", "is no readable .npy file of numbers: Object arrays cannot be loaded when allow_pickle=False"),
        ("..", "cannot be read: Is a directory"),
    ],
)
def test_an_array_that_is_loaded(tmp_path: Path, file: str, said: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "deep.npy").write_bytes(npy("(" * 9000))
    (tmp_path / "objects.npy").write_bytes(npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"))
    with in_time(), pytest.raises(FeedError) as caught:
        draw(variant(f'[inputs]\nx = {{ load = "{file}" }}', tmp_path), 0)
    assert f"{tmp_path / file} {said}" in str(caught.value)


@pytest.mark.parametrize("source", ["normal", "uniform", "zeros", "ones"])
def test_an_input_that_no_machine_holds(source: str) -> None:
    with in_time(5), pytest.raises(FeedError) as caught:
        draw(variant(f"[inputs]\nx = {{ {source} = [100_000, 100_000, 100] }}"), 0)
    said = "input 'x': Unable to allocate 7450.6 GiB for the shape [100000, 100000, 100]: this machine has "
    assert said in str(caught.value)


def test_no_pattern_takes_long() -> None:
    begun = time.perf_counter()
    assert not matches("*a" * 40 + "b", grad("a" * 4000))
    assert matches("*a" * 40 + "*", grad("a" * 4000))
    assert time.perf_counter() - begun < 5
