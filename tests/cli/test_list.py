from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import migcheck
from tests.real import write_case

HEAVY = ("numpy", "torch", "mindspore", "rich", "execnet", "safetensors")


def test_list_shows_ids_and_titles(tmp_path: Path) -> None:
    write_case(
        tmp_path / "cases",
        "theme/two",
        toml='title = "a title"\n[inputs]\nx = 1.0\n[matrix]\nmode = ["pynative", "graph"]\n',
    )
    write_case(tmp_path / "cases", "theme/one")
    done = migcheck("list", cwd=tmp_path)
    assert done.stdout == (
        "theme/one            a square\ntheme/two[pynative]  a title\ntheme/two[graph]     a title\n"
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_list_as_json(tmp_path: Path) -> None:
    folder = write_case(tmp_path / "cases", "theme/one")
    done = migcheck("list", "--json", cwd=tmp_path)
    assert json.loads(done.stdout) == [
        {
            "id": "theme/one",
            "case": "theme/one",
            "title": "a square",
            "guide": "",
            "tags": [],
            "cell": {},
            "folder": str(folder),
        }
    ]


def test_a_broken_case_is_listed_with_its_problem(tmp_path: Path) -> None:
    folder = write_case(tmp_path / "cases", "theme/half")
    (folder / "mindspore_program.py").unlink()
    done = migcheck("list", cwd=tmp_path)
    assert done.returncode == 3
    assert done.stdout == (
        "theme/half  ERROR cases/theme/half/mindspore_program.py: half a pair: case.toml is there, "
        "mindspore_program.py is not\n"
    )


def test_list_and_help_import_nothing_heavy(tmp_path: Path) -> None:
    write_case(tmp_path / "cases", "theme/one")
    code = (
        "import sys; from migcheck.cli import cli\n"
        "for arguments in (['list'], ['--help'], ['run', '--help']):\n"
        "    cli.main(arguments, standalone_mode=False)\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_list_takes_less_than_a_quarter_of_a_second_of_processor_time(tmp_path: Path) -> None:
    for number in range(60):
        write_case(tmp_path / "cases", f"theme/case{number}")
    code = (
        "import time; from migcheck.cli import cli; cli.main(['list'], standalone_mode=False); "
        "print(time.process_time())"
    )
    best = min(
        float(
            subprocess.run(
                [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
            ).stdout.splitlines()[-1]
        )
        for _ in range(3)
    )
    assert best < 0.25


@pytest.mark.parametrize("arguments", [("--help",), ("run", "--help"), ("list", "--help"), ("new", "--help")])
def test_help_fits_80_columns(arguments: tuple[str, ...]) -> None:
    done = migcheck(*arguments)
    assert done.returncode == 0
    assert max(map(len, done.stdout.splitlines())) <= 80
