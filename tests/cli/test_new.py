from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import migcheck


def test_new_writes_a_pair_that_matches(tmp_path: Path) -> None:
    made = migcheck("new", "attention/scores", cwd=tmp_path)
    assert made.stdout == (
        "wrote cases/attention/scores/case.toml, torch_program.py and mindspore_program.py\n"
        "run it with: migcheck run cases/attention/scores\n"
    )
    done = migcheck("run", "-q", "cases/attention/scores", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("parity: 2 match in ")


def test_new_overwrites_nothing(tmp_path: Path) -> None:
    migcheck("new", "a/b", cwd=tmp_path)
    done = migcheck("new", "a/b", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "migcheck: cases/a/b exists already; choose another name\n"


@pytest.mark.parametrize("name", ["alone", "../up", "a/../b", "/a/b", "a/b c", ""])
def test_new_refuses_a_name_that_is_none(tmp_path: Path, name: str) -> None:
    done = migcheck("new", name, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == f"migcheck: {name!r} is no name for a case; write theme/name, of letters, digits, _ and -\n"
    assert list(tmp_path.iterdir()) == []
