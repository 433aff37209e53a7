"""The page, without a browser: what it says, that it is whole, and that no text does anything."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from itertools import pairwise

import msgspec
import pytest

from migcheck.compare.finding import Element, Finding
from migcheck.report.html import to_html
from migcheck.report.json import from_json, to_json
from migcheck.report.value import Failure, Report
from tests.build import finding, report, result
from tests.report.html.parsed import parsed
from tests.report.html.sample import HOSTILE, differs, everything, hostile, mismatch, sources

REPORTS = {
    "everything": everything(),
    "hostile": hostile(),
    "nothing": report(),
    "interrupted": report(result(), interrupted=True, skipped=3),
    "compared": report(
        result(
            "mismatch",
            "saved sets",
            title="",
            findings=(differs("grad['x']"),),
            seed=None,
            rerun="migcheck compare a b",
        ),
        seed=None,
    ),
    "scalar": report(mismatch("a/b", portraits=(), errors=(), files={})),
    "matches": report(*(result(id=f"a/{k}") for k in range(20))),
}


@pytest.fixture(params=REPORTS)
def each(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@cache
def page_of(name: str) -> bytes:
    """The page of one of these reports."""
    return to_html(REPORTS[name])


def text_of(about: Report) -> str:
    return to_html(about).decode()


def test_elements_are_nested_and_closed(each: str) -> None:
    parsed(page_of(each))


def test_ids_are_unique_and_links_lead_somewhere(each: str) -> None:
    page = parsed(page_of(each))
    ids = [element.attributes["id"] for element in page.elements if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    for element in page.elements:
        for name in ("aria-labelledby", "aria-describedby"):
            assert set(element.attributes.get(name, "").split()) <= set(ids)
        if element.tag == "a":
            href = element.attributes["href"]
            assert href.startswith(("#q=", "https://")) or href.removeprefix("#") in ids


def test_nothing_is_loaded_and_nothing_runs_but_the_page_itself(each: str) -> None:
    page = parsed(page_of(each))
    for element in page.elements:
        assert not [name for name in element.attributes if name.startswith("on") or name in ("style", "src", "srcdoc")]
        assert element.tag not in ("iframe", "object", "embed", "base", "img", "audio", "video")
        for name in ("href", "xlink:href"):
            value = element.attributes.get(name, "#")
            assert value.startswith(("#", "data:")) or (element.tag == "a" and value.startswith("https://"))
    assert len(page.all("script")) == len(page.all("style")) == 1
    (policy,) = page.all("meta", http_equiv="Content-Security-Policy")
    assert policy.attributes["content"].startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert "unsafe" not in policy.attributes["content"]


def test_the_same_report_gives_the_same_bytes(each: str) -> None:
    assert to_html(REPORTS[each]) == page_of(each)


def test_the_same_bytes_in_another_process() -> None:
    program = (
        "import hashlib; from tests.report.html.sample import everything; from migcheck.report.html import to_html\n"
        "print(hashlib.sha256(to_html(everything())).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def test_headings_are_in_order(each: str) -> None:
    levels = [int(element.tag[1]) for element in parsed(page_of(each)).elements if re.fullmatch(r"h\d", element.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_that_means_harm_is_a_text(text: str) -> None:
    html = page_of("hostile").decode()
    if "<" in text:
        assert text not in html
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", html)
    assert ">49<" not in html


def test_the_top() -> None:
    page = parsed(page_of("everything"))
    assert page.all("h1")[0].text.strip() == "✗ No parity"
    assert page.all("title")[0].text.startswith("no parity: 2 mismatch, 1 stale, 1 error, 3 match, 1 known")
    top = page.all("header")[0].text
    for said in (
        "torch: 2.13.0, Python 3.11.7, numpy 1.26.4",
        "seed: 0",
        "a note of the run",
        "no module named mindspore",
    ):
        assert said.replace(": ", "") in top.replace(": ", "")
    assert "2 variants left out" in top
    assert 'migcheck.baseline:4: {"id": "a"}' in top
    assert [link.attributes["href"] for link in page.all("a") if "#q=" in link.attributes["href"]] == [
        "#q=multi_output",
        "#q=unknown",
    ]


def test_verdicts_in_order_the_worst_first() -> None:
    page = parsed(page_of("everything"))
    assert [section.attributes["id"] for section in page.all("section", class_="verdict")] == [
        *("mismatch", "error", "stale", "known", "match"),
    ]
    chips = {chip.attributes["data-verdict"]: chip.text for chip in page.all("button", class_="chip")}
    assert chips["mismatch"].split() == ["✗", "mismatch", "2"]
    assert {chip.attributes["aria-pressed"] for chip in page.all("button", class_="chip")} == {"false"}


def test_a_mismatch() -> None:
    page = parsed(to_html(report(mismatch("multi/outputs[graph]"), sources=sources("multi/outputs"))))
    (row,) = page.all("details", class_="row")
    for said in (
        "grad['layer8.weight'] and 3 more differ; cause: multi_output",
        "torch called backward() on the first.",
        "✓ confirmed",
        "pass has_aux=True",
        "docs/causes.md#multi_output",
        "648 of 864",
        "[3, 1, 2, 2]",
        "0.5 / –",
        "1e-08 / 0.5 / 1.3e-06",
        "Not explained: grad['layer9.weight']",
        "each side's gradient is right for what it differentiates",
        "mindspore: no scalar",
        "✓ agrees",
        "Tensor.backward",
        "ms.grad",
        "the first output only",
        "epoch 1",
        "migcheck run 'multi/outputs[graph]' --seed 0",
        "gradient.md#torch-autograd-backward",
    ):
        assert said in row.text
    assert "Second opinion: the port does not run in float64 (4 leaves)" in row.text


def test_failing_variants_are_open_where_they_are_few() -> None:
    page = parsed(page_of("everything"))
    assert not any("open" in row.attributes for row in page.all("details", class_="row"))
    one = parsed(to_html(report(mismatch("a/b"), result("known", "a/c", findings=(differs("x", known="why"),)))))
    assert [("open" in row.attributes) for row in one.all("details", class_="row")] == [True, False]


def test_the_programs_of_a_case_are_there_once_with_their_marks() -> None:
    page = parsed(page_of("everything"))
    programs = page.all("details", class_="programs")
    assert len(programs) == 3
    (first,) = [each for each in programs if "multi-outputs" in each.attributes["id"]]
    assert "def net(x, y):" in first.text
    marked = [line.text for line in page.all("li", class_="m")]
    assert "    z.backward()asks for gradients: Tensor.backward, call 0; cause multi_output names backward()" in marked
    (call,) = [line for line in marked if "ms.grad(net" in line and "asks" in line]
    assert call.endswith("asks for gradients: ms.grad, call 0; cause multi_output names ms.grad")
    assert any("fails here: TypeError: no" in line for line in marked)


def test_variants_of_one_case_with_two_verdicts_share_the_programs() -> None:
    about = report(
        mismatch("multi/outputs[graph]"),
        result(
            "known",
            "multi/outputs[pynative]",
            findings=(differs("x", known="why"),),
            files=mismatch("multi/outputs").files,
        ),
        sources=sources("multi/outputs"),
    )
    page = parsed(to_html(about))
    (programs,) = page.all("details", class_="programs")
    (shared,) = page.all("p", class_="shared")
    assert f'href="#{programs.attributes["id"]}"'.encode() in to_html(about)
    assert shared.text == "The programs are shown with other variants of this case."


def test_a_guide_is_a_link_if_it_is_an_address() -> None:
    html = text_of(
        report(*(result("known", f"a/{k}", guide=guide) for k, guide in enumerate(("a.md#b", "https://x/y"))))
    )
    assert "Guide: a.md#b" in html
    assert 'Guide: <a href="https://x/y" rel="noreferrer">https://x/y</a>' in html


def test_equal_looking_values_are_told_apart() -> None:
    html = text_of(report(mismatch("a", findings=(differs("x", worst=Element((0,), 1.0, 1.0 + 1e-12, 1e-12, 0.0)),))))
    assert "<td>1.0</td><td>1.000000000001</td>" in html


@pytest.mark.parametrize("kind", ["shape", "missing", "none", "missing_step"])
def test_a_finding_without_numbers(kind: str) -> None:
    page = parsed(to_html(report(mismatch("a", findings=(finding(kind, message="what differs"), differs("y"))))))
    assert [cell.attributes["colspan"] for cell in page.all("td") if cell.text == "what differs"] == ["8"]


def test_long_texts_are_cut_with_a_note() -> None:
    long = "x" * 1_000_000
    about = report(
        mismatch("a", title=long, notes=(long,), output={"torch": f"{long}\n" * 3}),
        result("error", "b", failures=(Failure("torch", "exception", long, f"{long}\nlast line", long),)),
        notes=(long,),
    )
    html = text_of(about)
    assert len(html) < 600_000
    assert "… 980,000 characters more are not shown" in html
    assert "last line" in html


def test_a_long_program_is_cut_with_a_note() -> None:
    about = mismatch("a/b")
    html = text_of(report(about, sources=dict.fromkeys(about.files.values(), "x = 1\n" * 5_000)))
    assert "… 3,501 lines more are not shown" in html


def test_many_findings_are_cut_with_a_note() -> None:
    many = tuple(differs(f"grad[{k}]") for k in range(500))
    html = text_of(report(mismatch("a", findings=many)))
    assert "440 findings more are in the JSON report." in html


def test_five_thousand_results() -> None:
    heavy = [mismatch(f"a/{k:04}[graph]", portraits=(), errors=()) for k in range(2_500)]
    html = text_of(report(*heavy, *(result(id=f"b/{k:04}") for k in range(2_500))))
    assert len(html) < 12_000_000
    assert "shown without details, to keep this page readable" in html
    assert html.count("grad['layer8.weight'] and 3 more differ") == 2_500


def test_the_size_of_a_page() -> None:
    matches = report(
        *(result(id=f"theme/case{k // 2}[{k % 2}]", title="a title of some length" * 3) for k in range(620))
    )
    assert len(to_html(matches)) < 250_000
    assert len(page_of("everything")) < 150_000


@pytest.mark.parametrize("each", sorted(REPORTS.keys() - {"hostile"}))  # JSON has no lone surrogates
def test_a_report_as_json_gives_the_same_page(each: str) -> None:
    assert to_html(from_json(to_json(REPORTS[each]))) == page_of(each)


def test_an_older_report() -> None:
    old = b'{"migcheck": "0.1.0", "seed": 0, "results": [{"id": "a", "title": "t", "verdict": "mismatch"}]}'
    parsed(to_html(from_json(old)))


def test_ids_that_are_alike_have_anchors_of_their_own() -> None:
    page = parsed(to_html(report(result(id="a/b"), result(id="a b"), result(id="a/b"))))
    ids = [row.attributes["id"] for row in page.all("li")]
    assert len(set(ids)) == 3


def test_anchors_do_not_depend_on_the_rest_of_the_report() -> None:
    anchors = [
        {row.attributes["id"] for row in parsed(to_html(about)).all("li")}
        for about in (report(result(id="a/b[x]")), report(result(id="a/a[x]"), result(id="a/b[x]"), seed=7))
    ]
    assert anchors[0] < anchors[1]


def test_a_finding_has_all_its_fields_on_the_page_or_on_purpose_not() -> None:
    """A new field of a finding should be looked at here."""
    shown = {"leaf", "kind", "message", "torch", "mindspore", "elements", "of", "worst", "passes_with", "rounding"}
    assert {field.name for field in msgspec.structs.fields(Finding)} == {*shown, "known", "adopted", "step"}
