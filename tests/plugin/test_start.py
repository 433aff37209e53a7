"""What the plugin costs a start of pytest that has no use for it."""

from __future__ import annotations

import subprocess
import sys

import pytest

CODE = """
import sys
import pytest
before = set(sys.modules)
import migcheck.plugin.hooks
print(*sorted(set(sys.modules) - before))
"""

#: What it consists of before it is used.
LIGHT = ["migcheck", "migcheck.plugin", "migcheck.plugin.hooks", "migcheck.plugin.session", "migcheck.unequal"]

#: What other plugins do not import either.
HEAVY = {"numpy", "torch", "mindspore", "rich", "click", "msgspec", "safetensors", "tomllib", "concurrent.futures"}


def test_importing_it_imports_itself_alone() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout.split() == LIGHT


@pytest.mark.parametrize("arguments", [(), ("--migcheck",)])
def test_a_run_that_needs_nothing_of_it_imports_nothing(pytester: pytest.Pytester, arguments: tuple[str, ...]) -> None:
    pytester.makepyfile("def test_anything():\n    pass")
    pytester.makeconftest(
        """
        import sys

        def pytest_unconfigure():
            print("imported:", *sorted(sys.modules))
        """
    )
    done = pytester.runpytest_subprocess("-p", "no:xdist", "-p", "no:hypothesispytest", *arguments)
    done.assert_outcomes(passed=1)
    (line,) = [line for line in done.outlines if line.startswith("imported: ")]
    imported = set(line.split()[1:])
    assert "migcheck.plugin.hooks" in imported
    assert not HEAVY & imported
    assert {name for name in imported if name.partition(".")[0] == "migcheck"} == set(LIGHT)


def test_the_plugin_is_there_without_being_named(pytester: pytest.Pytester) -> None:
    done = pytester.runpytest_subprocess("--help")
    done.stdout.fnmatch_lines(["gradients of PyTorch and MindSpore:", "  --migcheck *"])
    done = pytester.runpytest_subprocess("--markers")
    done.stdout.fnmatch_lines(["@pytest.mark.parity(*", "@pytest.mark.migcheck: *"])
    done = pytester.runpytest_subprocess("--fixtures")
    done.stdout.fnmatch_lines(["parity [[]session scope[]] -- *"])
