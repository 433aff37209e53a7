"""The pairs under ``cases/``, run once with the real frameworks: verdicts, links, and the numbers of the guide."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import migcheck.check
from migcheck.discover.case import Variant
from migcheck.host.exchange import plain
from migcheck.judge.verdict import expected
from migcheck.observation import Observation
from migcheck.report.value import Report, Result
from migcheck.select.arguments import select
from tests.guide_headings import HEADINGS
from tests.real import check

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
GALLERY = ROOT / "cases"
GUIDE = ROOT / "docs" / "guide.toml"

#: A leaf's path → its value as plain Python: a number, nested lists of them, or None.
Leaves = dict[str, Any]


@dataclass(frozen=True)
class Numbers:
    """What both sides of a case compute; ``mindspore`` holds only what is different there."""

    torch: Leaves
    mindspore: Leaves


def same(leaves: Leaves) -> Numbers:
    return Numbers(leaves, {})


X_OF_PAGE_NET, Y_OF_PAGE_NET, WEIGHT_OF_PAGE_NET = [[4.0, 6.0, 8.0]], -2.0, [[2.0, 4.0, 6.0]]
LOSS, LOGITS = 1.0, 20.0

#: All leaves of the cases whose numbers the guide prints, or that put its numbers right.
NUMBERS = {
    "backward_basics/tensor_backward": same({"output": 3.0, "grad['x']": 2.0, "grad['y']": 1.0}),
    "backward_basics/autograd_backward": same({"output": 3.0, "grad['x']": 2.0, "grad['y']": 1.0}),
    "backward_basics/both_positions": same({"output": 3.0, "grad['x']": 2.0, "grad['y']": 1.0}),
    "autograd_grad/one_input": same({"output": 3.0, "grad['x']": 2.0, "grad['y']": 1.0}),
    # For the second position the guide prints 3.0 as well, which is the first one's again: the derivative is 1.
    "multi_output/summed_outputs": Numbers({"output": 3.0, "grad['x']": 2.0, "grad['y']": 1.0}, {"grad['x']": 3.0}),
    "multi_output/has_aux": same({"output": 3.0, "grad['x']": 2.0, "grad['y']": 1.0}),
    "cotangent/backward_with_cotangent": same(
        {"output": [[1.0, 1.0]] * 2, "grad['leaf']": [[4.0, 4.0]] * 2, "grad['x']": None}
    ),
    "cotangent/forgotten_cotangent": Numbers(
        {"output": [[1.0, 1.0]] * 2, "grad['leaf']": [[4.0, 4.0]] * 2}, {"grad['leaf']": [[2.0, 2.0]] * 2}
    ),
    "accumulation/two_backward_calls_accumulate": same(
        {
            "step[0].output": 3.0,
            "step[0].grad['x']": 2.0,
            "step[0].grad['y']": 1.0,
            "step[1].output": 3.0,
            "step[1].grad['x']": 4.0,
            "step[1].grad['y']": 2.0,
        }
    ),
    "page_net/first_input": same({"output": LOGITS, "grad['x']": X_OF_PAGE_NET}),
    "page_net/second_input": same({"output": LOGITS, "grad['y']": Y_OF_PAGE_NET}),
    "page_net/both_inputs": same({"output": LOGITS, "grad['x']": X_OF_PAGE_NET, "grad['y']": Y_OF_PAGE_NET}),
    "page_net/weights": same({"output": LOGITS, "grad['fc.weight']": WEIGHT_OF_PAGE_NET}),
    "page_net/first_input_and_weights": same(
        {"output": LOGITS, "grad['x']": X_OF_PAGE_NET, "grad['fc.weight']": WEIGHT_OF_PAGE_NET}
    ),
    "page_net/both_inputs_and_weights": same(
        {
            "output": LOGITS,
            "grad['x']": X_OF_PAGE_NET,
            "grad['y']": Y_OF_PAGE_NET,
            "grad['fc.weight']": WEIGHT_OF_PAGE_NET,
        }
    ),
    "page_net/has_aux_false": Numbers(
        {"output[0]": LOSS, "output[1]": LOGITS, "grad['x']": X_OF_PAGE_NET}, {"grad['x']": [[6.0, 9.0, 12.0]]}
    ),
    "page_net/has_aux_false_is_the_sum": same(
        {"output[0]": LOSS, "output[1]": LOGITS, "grad['x']": [[6.0, 9.0, 12.0]]}
    ),
    "page_net/sum_as_only_output": same(
        {"output": LOSS + LOGITS, "grad['x']": [[6.0, 9.0, 12.0]], "grad['fc.weight']": [[3.0, 6.0, 9.0]]}
    ),
    "page_net/nothing_asked_for": same(
        {"output['logits']": LOGITS, "output['refused']": True, "grad['fc.weight']": WEIGHT_OF_PAGE_NET}
    ),
    "value_and_grad/both_inputs_and_weights": same(
        {
            "output[0]": LOSS,
            "output[1]": LOGITS,
            "grad['x']": X_OF_PAGE_NET,
            "grad['y']": Y_OF_PAGE_NET,
            "grad['fc.weight']": WEIGHT_OF_PAGE_NET,
        }
    ),
    "value_and_grad/nothing_asked_for": same(
        {
            "output['value'][0]": LOSS,
            "output['value'][1]": LOGITS,
            "output['refused']": True,
            "grad['x']": X_OF_PAGE_NET,
        }
    ),
    "loss_scale/static_scaler": same(
        {
            "step[0].output['loss']": 1024.0,
            "step[0].output['logits']": LOGITS,
            "step[0].grad['fc.weight']": [[2048.0, 4096.0, 6144.0]],
            "step[1].output['loss']": LOSS,
            "step[1].output['finite']": True,
            "step[1].grad['fc.weight']": WEIGHT_OF_PAGE_NET,
        }
    ),
}


@dataclass(frozen=True)
class Gallery:
    report: Report
    #: The leaves of each variant of a case in :data:`NUMBERS`, by its id and side.
    leaves: dict[str, dict[str, Leaves]]

    def of(self, case: str) -> list[Result]:
        """The results of a case's variants."""
        return [result for result in self.report.results if case_of(result) == case]


@pytest.fixture(scope="module")
def gallery() -> Gallery:
    """One run of all cases.  The numbers are taken down where they are judged, so that no pair runs twice."""
    leaves: dict[str, dict[str, Leaves]] = {}
    judged = migcheck.check.judged

    def judged_and_noted(base: Result, torch: Observation, mindspore: Observation, *rest: Any) -> Result:
        if case_of(base) in NUMBERS:
            leaves[base.id] = {"torch": leaves_of(torch), "mindspore": leaves_of(mindspore)}
        return judged(base, torch, mindspore, *rest)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migcheck.check, "judged", judged_and_noted)
        return Gallery(check(GALLERY), leaves)


def leaves_of(observation: Observation) -> Leaves:
    return {
        name.title(observation.steps): None if leaf.kind == "none" else plain(leaf).tolist()
        for name, leaf in observation.leaves.items()
    }


def case_of(result: Result) -> str:
    return result.id.partition("[")[0]


def test_a_variant_is_known_to_differ_where_its_case_says_so_and_matches_elsewhere(gallery: Gallery) -> None:
    variants = [item for item in select((str(GALLERY),), "", None) if isinstance(item, Variant)]
    expectations = {
        variant.id: "known" if expected(variant.case.spec.known, variant.cell) else "match" for variant in variants
    }
    assert {result.id: result.verdict for result in gallery.report.results} == expectations


def test_the_gallery_passes_the_gate(gallery: Gallery) -> None:
    assert gallery.report.exit_code == 0


def test_the_gallery_is_not_run_in_part(gallery: Gallery) -> None:
    assert len(gallery.report.results) >= 620
    assert len({case_of(result) for result in gallery.report.results}) >= 298


def test_every_case_links_to_a_heading_of_the_guide(gallery: Gallery) -> None:
    links = {
        case_of(result): re.fullmatch(r"([\w./]+\.md)#([a-z0-9-]+)", result.guide) for result in gallery.report.results
    }
    assert {case for case, link in links.items() if not link or link[2] not in HEADINGS.get(link[1], ())} == set()


def test_the_guide_names_only_cases_that_exist(gallery: Gallery) -> None:
    named = {case for statement in statements() for case in statement.get("pairs", ())}
    assert named - {case_of(result) for result in gallery.report.results} == set()


def test_every_statement_of_the_guide_has_pairs_or_says_why_not() -> None:
    assert [
        statement["says"]
        for statement in statements()
        if bool(statement.get("pairs")) == bool(statement.get("nothing_to_run"))
    ] == []


def test_the_guide_follows_its_page_heading_by_heading() -> None:
    nothing_below = {"gradient-derivation", "principle-comparison", "interface-comparison"}
    headings = [heading for heading in HEADINGS["gradient.md"] if heading not in nothing_below]
    assert [section["anchor"] for section in sections()] == headings


def sections() -> list[dict[str, Any]]:
    return tomllib.loads(GUIDE.read_text(encoding="utf-8"))["section"]


def statements() -> list[dict[str, Any]]:
    return [statement for section in sections() for statement in section["statement"]]


@pytest.mark.parametrize("case", NUMBERS)
def test_a_case_computes_the_numbers_of_the_guide(gallery: Gallery, case: str) -> None:
    numbers = NUMBERS[case]
    results = gallery.of(case)
    assert results
    for result in results:
        assert gallery.leaves[result.id] == {"torch": numbers.torch, "mindspore": numbers.torch | numbers.mindspore}


def test_the_first_step_hides_a_forgotten_zero_grad(gallery: Gallery) -> None:
    (result,) = (each for each in gallery.of("training/forgotten_zero_grad") if each.id.endswith("[pynative,3]"))
    assert {finding.step for finding in result.findings} == {1, 2}
    assert "step[1].output['loss']" not in {finding.leaf for finding in result.findings}
