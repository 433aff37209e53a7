"""Each cause on functions drawn at random: the right port matches, the faulty one's diagnosis names the cause."""

from __future__ import annotations

from pathlib import Path

import pytest

from migcheck.report.value import Result
from tests.diagnose.drawn import CAUSES, RELATIONS, planted
from tests.real import by_id, check, write_case

pytestmark = pytest.mark.slow

#: Functions for each cause.
DRAWS = 2
GENTLE = [f"{cause}_{number}" for cause in CAUSES for number in range(DRAWS)]
STEEP = [f"{cause}_{number}_steep" for cause in RELATIONS for number in (2, 5)]
NAMES = [*GENTLE, *STEEP]


def write(cases: Path, name: str) -> None:
    """The folders of a drawn pair: ``<cause>_<number>``, or with ``_steep`` after it, and that with ``_right``."""
    cause, _, number = name.removesuffix("_steep").rpartition("_")
    pair = planted(cause, int(number), steep=name.endswith("_steep"))
    write_case(cases, name, torch=pair.torch, mindspore=pair.faulty, toml=pair.toml)
    write_case(
        cases,
        f"{name}_right",
        torch=pair.right_torch or pair.torch,
        mindspore=pair.right,
        toml=pair.right_toml or pair.toml,
    )


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Result]:
    """All drawn pairs in one run; by the name of the folder, since each has one variant."""
    cases = tmp_path_factory.mktemp("drawn") / "cases"
    for name in NAMES:
        write(cases, name)
    return {
        name.partition("[")[0].rpartition("/")[2]: result for name, result in by_id(check(cases, diagnose=True)).items()
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_right_port_matches(name: str, results: dict[str, Result]) -> None:
    result = results[f"{name}_right"]
    assert result.failures == ()
    assert result.verdict == "match", [finding.message for finding in result.findings]


@pytest.mark.parametrize("name", NAMES)
def test_the_cause_of_the_faulty_port_is_named(name: str, results: dict[str, Result]) -> None:
    result = results[name]
    assert result.failures == ()
    assert result.verdict == "mismatch"
    assert result.diagnosis is not None
    assert {cause.cause for cause in result.diagnosis.causes} == {name.removesuffix("_steep").rpartition("_")[0]}
    assert result.diagnosis.unexplained == ()
