"""All of pytest's hooks, and the fixture.

pytest imports this module at every start, whoever installed migcheck and for whatever tests: it imports nothing but
pytest, and each hook imports what it works with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from migcheck.plugin.session import PROPERTY, STATE, State

if TYPE_CHECKING:
    from migcheck.plugin.cases import CaseFile
    from migcheck.plugin.parity import Parity

MARKER = (
    "parity(rtol, atol, tolerance, mode, dtype, seed, timeout, keywords, prewarm, hermetic): "
    "settings of all that the fixture parity checks in a test."
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--migcheck`` and what goes with it."""
    group = parser.getgroup("migcheck", "gradients of PyTorch and MindSpore")
    group.addoption(
        "--migcheck", action="store_true", default=None, help="Collect case folders (case.toml and two programs)."
    )
    group.addoption("--no-migcheck", action="store_false", dest="migcheck", help="Leave case folders alone.")
    group.addoption(
        "--migcheck-seed", metavar="N", help="Of inputs and programs, in place of the cases' and tests' own."
    )
    group.addoption(
        "--migcheck-timeout", metavar="SECONDS", help="For one program, in place of the cases' and tests' own."
    )
    group.addoption(
        "--migcheck-no-diagnose", action="store_true", default=False, help="Do not look for the cause of a mismatch."
    )
    parser.addini("migcheck", "Collect case folders, as --migcheck does.", type="bool", default=False)
    parser.addini("migcheck_cases", "Where parity.case() finds cases; relative to rootdir.", default="cases")


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", MARKER)
    config.addinivalue_line("markers", "migcheck: a case folder, collected by --migcheck.")
    config.stash[STATE] = State(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the hosts, if a session did not."""
    if STATE in config.stash:
        config.stash[STATE].close()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """End the hosts."""
    session.config.stash[STATE].close()


def _collects(config: pytest.Config) -> bool:
    given = config.getoption("migcheck")
    return bool(config.getini("migcheck") if given is None else given)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A theme may be called ``dist`` or ``build``, which pytest leaves out: below ``cases`` nothing goes unchecked."""
    if not _collects(config) or collection_path.name.startswith((".", "__pycache__")):
        return None
    if "cases" not in (parent.name for parent in collection_path.parents) or not collection_path.is_dir():
        return None
    unwanted = [Path(each).absolute() for each in config.getoption("ignore") or ()]
    if collection_path in unwanted or config.getoption("ignore_glob"):
        return None
    patterns = config.getini("norecursedirs")
    return False if any(collection_path.match(pattern) for pattern in patterns) else None


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CaseFile | None:
    """A case by its ``case.toml``; half of a pair by what there is of it."""
    if file_path.name not in ("case.toml", "torch_program.py", "mindspore_program.py") or not _collects(parent.config):
        return None
    from migcheck.plugin.cases import CaseFile, represents

    return CaseFile.from_parent(parent, path=file_path) if represents(file_path) else None


@pytest.hookimpl(trylast=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Before a test can change it, keep the environment, and read the settings where there is a test that needs them.

    A worker of pytest-xdist cannot say what is wrong with them here: there the tests do.
    """
    try:
        session.config.stash[STATE].begin(checks=any(_checks(item) for item in session.items))
    except pytest.UsageError:
        if not hasattr(session.config, "workerinput"):
            raise


def _checks(item: pytest.Item) -> bool:
    return "parity" in getattr(item, "fixturenames", ()) or item.get_closest_marker("migcheck") is not None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let the fixture know which test it works for; start the hosts before hypothesis looks at the clock.

    A marker that cannot be meant fails its test: a setting that goes unread could be a false pass.
    """
    markers = list(item.iter_markers("parity"))
    if markers:
        from migcheck.plugin.options import problem_of

        for marker in markers:
            if problem := problem_of(item, marker):
                pytest.fail(f"@pytest.mark.parity: {problem}", pytrace=False)
    state = item.config.stash[STATE]
    state.item = item
    state.checked = Counter()
    if _checks(item):
        state.originals.hold()
    hypothetical = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
    if hypothetical and "parity" in getattr(item, "fixturenames", ()):
        state.checking.start()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Write down what the test has checked, and how, for its report."""
    state = item.config.stash[STATE]
    try:
        yield
    finally:
        for what, count in state.checked.items():
            times = "" if count == 1 else f"{count} times "
            item.user_properties.append((PROPERTY, f"{times}{what}"))


@pytest.fixture(scope="session")
def parity(pytestconfig: pytest.Config) -> Parity:
    """Checks a torch program against its MindSpore port.

    ``parity(torch_program, mindspore_program, inputs={...})`` runs both on the same inputs, and fails with the block
    that ``migcheck run`` prints if they differ; ``parity.pair(...)`` does so for many inputs, ``parity.case("id")`` for
    a case folder.  See docs/pytest.md.
    """
    from migcheck.plugin.parity import Parity

    return Parity(pytestconfig, pytestconfig.stash[STATE])


def pytest_assertrepr_compare(config: pytest.Config, op: str, left: object, right: object) -> list[str] | None:
    """Tensors of two frameworks are never equal by ``==``: say so, and what migcheck finds."""
    import sys

    if op != "==" or not (sys.modules.get("torch") and sys.modules.get("mindspore")):
        return None
    try:
        from migcheck.plugin.compared import explained

        return explained(left, right)
    except Exception:  # whatever these values do when they are looked at: pytest's own message stands
        return None


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say which programs ran in the process of the tests although nobody asked for it, and why."""
    here: dict[str, None] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            for key, value in getattr(report, "user_properties", ()):
                unasked = ", in the test's process: " in str(value) and not str(value).endswith("hermetic=False")
                if key == PROPERTY and unasked and getattr(report, "when", "") == "call":
                    here[f"{report.nodeid}: {value}"] = None
    if here and config.get_verbosity() >= -1:
        terminalreporter.section("migcheck: not hermetic", sep="-")
        for line in list(here)[:_MOST]:
            terminalreporter.line(line)
        if len(here) > _MOST:
            terminalreporter.line(f"… and {len(here) - _MOST} more")


#: Lines of the summary.
_MOST = 10
