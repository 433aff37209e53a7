"""Options and markers that cannot be meant."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.plugin.folders import write_folders

TEST = """
    import pytest

    @pytest.mark.parity({})
    def test_it({}):
        pass
"""


@pytest.fixture
def folders(pytester: pytest.Pytester) -> None:
    write_folders(pytester.path / "cases")


@pytest.mark.parametrize(
    ("marker", "fixture", "message"),
    [
        ("tolerence=1", "parity", "unknown keyword 'tolerence'; did you mean 'tolerance'?"),
        ("'graph'", "parity", "takes keywords alone, such as mode='graph'"),
        (
            "mode='graph'",
            "tmp_path",
            "the test does not use the fixture parity, so the marker would do nothing",
        ),
    ],
)
@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=" ".join)
def test_a_marker_that_would_go_unread(
    pytester: pytest.Pytester, marker: str, fixture: str, message: str, workers: tuple[str, ...]
) -> None:
    file = pytester.makepyfile(TEST.format(marker, fixture))
    done = pytester.runpytest_subprocess(*workers)
    done.assert_outcomes(errors=1)
    assert f"ERROR {file.name}::test_it - Failed: @pytest.mark.p..." in done.outlines
    assert f"\n@pytest.mark.parity: {message}\n" in done.stdout.str()


OF_A_MODULE = """
    import pytest

    pytestmark = pytest.mark.parity({})

    def test_without():
        pass

    @pytest.mark.parity(mode="graph")
    def test_that_may_ask_for_it(request):
        pass
"""


def test_a_marker_of_a_module_is_for_the_tests_that_use_the_fixture(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(dedent(OF_A_MODULE).format("rtol=1e-3"))
    pytester.runpytest_subprocess().assert_outcomes(passed=2)
    pytester.makepyfile(dedent(OF_A_MODULE).format("rtoll=1e-3"))
    done = pytester.runpytest_subprocess()
    done.assert_outcomes(errors=2)
    assert done.stdout.str().count("@pytest.mark.parity: unknown keyword 'rtoll'; did you mean 'rtol'?\n") == 2


@pytest.mark.parametrize(("arguments", "shown"), [((), True), (("-q",), True), (("-qq",), False)])
def test_what_ran_in_the_test_s_process_is_told(
    pytester: pytest.Pytester, arguments: tuple[str, ...], shown: bool
) -> None:
    file = pytester.makepyfile(
        """
        def test_it(record_property):
            record_property("migcheck", "a against b, in the test's process: a is a Net, not a function")
        """
    )
    done = pytester.runpytest_subprocess(*arguments)
    said = f"{file.name}::test_it: a against b, in the test's process: a is a Net, not a function"
    assert (said in done.outlines) == shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--migcheck-seed=-1"], "Invalid value for '--migcheck-seed': -1 is not in the range 0<=x<=*"),
        (["--migcheck-timeout=soon"], "Invalid value for '--migcheck-timeout': 'soon' is not a valid number."),
    ],
)
def test_an_option_that_cannot_be_meant(
    pytester: pytest.Pytester, folders: None, arguments: list[str], message: str
) -> None:
    done = pytester.runpytest_subprocess("--migcheck", *arguments)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines([f"ERROR: {message}"])


def test_a_setting_of_the_project_that_cannot_be_meant(pytester: pytest.Pytester, folders: None) -> None:
    pytester.makepyprojecttoml("[tool.migcheck]\ntimeuot = 3")
    done = pytester.runpytest_subprocess("--migcheck")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    said = "pyproject.toml:2: [tool.migcheck]: unknown key 'timeuot'; did you mean 'timeout'?"
    assert f"ERROR: {said}" in done.errlines
    done = pytester.runpytest_subprocess("--migcheck", "-n", "2")
    done.assert_outcomes(errors=7)
    assert said in done.outlines


@pytest.mark.slow
def test_settings_of_the_project_and_options_hold(pytester: pytest.Pytester) -> None:
    from tests.real import write_case

    write_case(pytester.path / "cases", "theme/slow", torch="import time\ndef program(x):\n    time.sleep(60)")
    pytester.makepyprojecttoml("[tool.migcheck]\ntimeout = 0.5\n[tool.pytest.ini_options]\nmigcheck = true")
    done = pytester.runpytest_subprocess("--migcheck-seed=7")
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(
        ["torch: still running after its timeout of 0.5 s", "  rerun: migcheck run theme/slow --seed 7"]
    )
