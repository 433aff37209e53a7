"""What the README shows is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.command import migcheck

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_case_of_the_readme_matches(tmp_path: Path) -> None:
    blocks = re.findall(r"```\w+\n# (cases/\S+)\n(.*?)```", README, re.DOTALL)
    assert len(blocks) == 3
    for file, text in blocks:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text, encoding="utf-8")
    done = migcheck("run", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-1].startswith("parity: 8 match in ")


def test_the_commands_of_the_readme_exist() -> None:
    root = Path(__file__).parent.parent
    for script in re.findall(r"\$ (scripts/\w+)", README):
        assert (root / script).stat().st_mode & 0o111
    option = r"-{1,2}[a-z]+[a-z0-9-]*"
    commands = (["run"], ["baseline", "write"], ["report"], ["compare"], ["list"], ["new"], ["doctor"])
    helped = "".join(migcheck(*command, "--help").stdout for command in commands)
    assert set(re.findall(rf"`({option})", README)) <= set(re.findall(option, helped))
