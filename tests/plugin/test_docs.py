"""The code of docs/pytest.md runs, and gives what the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).parent.parent.parent / "docs" / "pytest.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"```(?:python|toml)\n# (\S+)\n(.*?)```", PAGE, re.DOTALL))


def test_each_block_of_code_is_a_file() -> None:
    assert len(FILES) == len(re.findall(r"```(?:python|toml)\n", PAGE)) == 14


@pytest.mark.slow
def test_the_page_is_true(pytester: pytest.Pytester) -> None:
    for name, text in FILES.items():
        file = pytester.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    done = pytester.runpytest_subprocess("-W", "error")
    done.assert_outcomes(passed=12, xfailed=1, failed=1)
    assert "test_scale.py ." in done.stdout.str()
    said = done.stdout.str()
    for text in re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL):
        for line in text.splitlines():
            assert line in said


def test_the_options_of_the_page_exist(pytester: pytest.Pytester) -> None:
    said = pytester.runpytest_subprocess("--help").stdout.str()
    for option in re.findall(r"`(--(?:no-)?migcheck[a-z-]*)", PAGE):
        assert re.search(rf"{option}\b", said)
    for name in re.findall(r"\| `(migcheck\w*)` \|", PAGE):
        assert re.search(rf"^  {name} \(", said, re.MULTILINE)
