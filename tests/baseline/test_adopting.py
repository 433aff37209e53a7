"""What a baseline makes of a result: never a pass for what is worse, another thing, or gone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migcheck.baseline.adopting import SLACK, adopted, entries_of, judged_again, without
from migcheck.baseline.file import line_of
from migcheck.baseline.value import Baseline, Entry, Placed, entry_of
from migcheck.compare.finding import KINDS, Element, Finding
from migcheck.parity import Expectations, Replay, judged
from migcheck.report.json import from_json, to_json
from migcheck.report.value import Failure, Result, exit_code
from tests.build import because, f32, finding, observation, only, report, result, values


def baseline(*entries: Entry) -> Baseline:
    """These entries, from line 2 on of a file."""
    return Baseline(Placed(entry, f"base:{line}", line_of(entry)) for line, entry in enumerate(entries, 2))


def mismatch(*findings: Finding, **fields: Any) -> Result:
    return result("mismatch", findings=findings, **fields)


def entry(ratio: float | None = 100.0, leaf: str = "grad['x']", kind: str = "values", cause: str = "") -> Entry:
    return Entry("theme/name", leaf, kind, cause, ratio)


def recorded(then: Result) -> Baseline:
    """The baseline that accepts a result."""
    return baseline(*entries_of([then], Baseline(())))


def adopts(then: Finding, now: Finding) -> Result:
    """What a baseline of ``then`` makes of ``now``."""
    return adopted(mismatch(now), recorded(mismatch(then)))


# What passes


def test_a_difference_that_is_recorded() -> None:
    found = adopted(mismatch(values(100)), baseline(entry(100)))
    assert found.verdict == "known"
    assert [(each.known, each.adopted) for each in found.findings] == [("adopted, base:2", "base:2")]
    assert (found.gone, found.notes) == ((), ())


@pytest.mark.parametrize("ratio", [0.5, 99, 100, 110])
def test_no_worse_than_recorded(ratio: float) -> None:
    assert adopted(mismatch(values(ratio)), baseline(entry(100))).verdict == "known"


def test_what_the_case_knows_is_left_to_it() -> None:
    known = finding("missing", known="the port lacks it")
    found = adopted(mismatch(known, values(2, "grad['y']")), baseline(entry(2, "grad['y']")))
    assert found.verdict == "known"
    assert [(each.known, each.adopted) for each in found.findings] == [
        ("the port lacks it", ""),
        ("adopted, base:2", "base:2"),
    ]


def test_no_entry_of_this_variant_changes_nothing() -> None:
    for id in ("theme/name[graph]", "theme/nam", "theme/name ", "Theme/name"):
        one = mismatch(values(2))
        assert adopted(one, baseline(Entry(id, "grad['x']", "values", ratio=9e9))) == one


# What does not


def failing(now: Result, *entries: Entry) -> Result:
    """What entries make of a result, which must fail."""
    found = adopted(now, baseline(*entries))
    assert found.verdict in ("mismatch", "stale")
    assert exit_code(report(found)) == 1
    return found


@pytest.mark.parametrize("ratio", [111, 1e3, 1e300])
def test_worse_than_recorded(ratio: float) -> None:
    found = failing(mismatch(values(ratio)), entry(100))
    assert found.verdict == "mismatch"
    assert not found.findings[0].known
    size = {111: "120"}.get(int(ratio), f"{ratio:g}")
    assert found.notes == (
        f"baseline: grad['x']: worse than recorded: {size} times what is allowed; base:2 has 100 times what is allowed",
    )
    assert found.gone == ()  # it occurs


def test_an_entry_whose_difference_no_longer_occurs() -> None:
    found = failing(result("match"), entry(100))
    assert found.verdict == "stale"
    assert found.gone == ("base:2: " + line_of(entry(100)),)


def test_one_of_two_entries_is_gone() -> None:
    found = failing(mismatch(values(100)), entry(100), entry(100, "grad['y']"))
    assert found.verdict == "stale"
    assert [line.partition(":")[2][:1] for line in found.gone] == ["3"]


def test_another_leaf_differs() -> None:
    found = failing(mismatch(values(2, "grad['y']")), entry(100))
    assert (found.verdict, len(found.gone)) == ("mismatch", 1)


@pytest.mark.parametrize("then", sorted(KINDS))
@pytest.mark.parametrize("now", sorted(KINDS))
def test_each_kind_is_accepted_as_itself_alone(then: str, now: str) -> None:
    def of(kind: str) -> Finding:
        return values(2) if kind == "values" else finding(kind, elements=2)

    assert adopts(of(then), of(now)).verdict == ("known" if then == now else "mismatch")


def test_values_that_turn_into_nan() -> None:
    then = only(f32(1, 2, 3), f32(1, 2, 4))
    assert adopts(then, only(f32(1, 2, 3), f32(1, 2, float("nan")))).verdict == "mismatch"


def test_a_nan_beside_values_that_are_recorded() -> None:
    nan = finding("nonfinite", elements=1, of=3)
    assert adopted(mismatch(values(2), nan), recorded(mismatch(values(2)))).verdict == "mismatch"


@pytest.mark.parametrize(("now", "verdict"), [(9, "known"), (10, "known"), (11, "mismatch"), (10**6, "mismatch")])
def test_nan_and_infinity_are_counted_without_slack(now: int, verdict: str) -> None:
    found = adopts(finding("nonfinite", elements=10), finding("nonfinite", elements=now))
    assert found.verdict == verdict
    said = f"baseline: grad['x']: worse than recorded: {now:g} elements; base:2 has 10 elements"
    assert found.notes == ((said,) if verdict == "mismatch" else ())


def integers(difference: int) -> Finding:
    return finding("values", worst=Element((), 0, difference, difference, 0))


def test_integers_have_no_slack() -> None:
    assert adopts(integers(10), integers(10)).verdict == "known"
    found = adopts(integers(10), integers(11))
    assert found.verdict == "mismatch"
    assert found.notes == (
        "baseline: grad['x']: worse than recorded: 11 where nothing is allowed; base:2 has 10 where nothing is allowed",
    )


def test_a_gradient_that_vanished_in_torch_is_not_held_against_a_ratio() -> None:
    # all zeros leave nothing that is allowed: the difference of 5 is no ratio of 5
    then, now = only(f32(1, 1), f32(2, 1)), only(f32(0, 0), f32(5, 0))
    assert recorded(mismatch(then)).placed[0].entry.ratio == 3.9e5
    assert adopts(then, now).verdict == "mismatch"
    assert adopts(now, then).verdict == "mismatch"
    assert adopts(now, now).verdict == "known"
    assert adopts(now, only(f32(0, 0), f32(6, 0))).verdict == "mismatch"


@pytest.mark.parametrize(
    ("then", "now", "note"),
    [
        (
            only(f32(1, 2), f32(1, 2, 3)),
            only(f32(1, 2), f32(1)),
            "baseline: grad['x']: shape (2,) against (1,); base:2 has shape (2,) against (3,)",
        ),
        (
            # a dtype of another kind: the values are not even compared
            only(f32(1, 2), f32(1, 2).astype("float64")),
            only(f32(1, 2), f32(1, 2).astype("int64")),
            "baseline: grad['x']: dtype float32 against int64; base:2 has dtype float32 against float64",
        ),
        (
            only(f32(1), None),
            only(None, f32(1)),
            "baseline: grad['x']: None in torch, values in mindspore; base:2 has None in mindspore, values in torch",
        ),
        (
            finding("missing_step", message="torch made 3 steps, mindspore 2 steps"),
            finding("missing_step", message="torch made 2 steps, mindspore 3 steps"),
            "baseline: grad['x']: torch made 2 steps, mindspore 3 steps; "
            "base:2 has torch made 3 steps, mindspore 2 steps",
        ),
    ],
)
def test_another_difference_of_the_same_kind(then: Finding, now: Finding, note: str) -> None:
    found = adopts(then, now)
    assert (found.verdict, found.notes) == ("mismatch", (note,))
    assert adopts(now, now).verdict == adopts(then, then).verdict == "known"


@pytest.mark.parametrize("now", [finding("values"), values(2), integers(2)])
def test_an_entry_without_its_measure_accepts_nothing(now: Finding) -> None:
    # a line from which someone deleted the ratio
    found = failing(mismatch(now), entry(None)) if now.worst else adopted(mismatch(now), baseline(entry(None)))
    assert found.verdict == ("mismatch" if now.worst else "known")


def test_a_finding_without_its_measure_is_worse() -> None:
    found = failing(mismatch(finding("values")), entry(100))
    assert found.notes == (
        "baseline: grad['x']: worse than recorded: no measure; base:2 has 100 times what is allowed",
    )


def test_a_difference_that_is_infinite() -> None:
    infinite = finding("values", worst=Element((), 1e308, -1e308, "inf", 1e299))
    assert adopts(infinite, infinite).verdict == "known"
    assert adopts(values(1e9), infinite).verdict == "mismatch"


def test_two_findings_on_one_leaf_of_one_kind() -> None:
    # no comparison makes them; the worse of them counts
    two = mismatch(values(100), values(2))
    assert adopted(two, recorded(two)).verdict == "known"
    assert [each.entry.ratio for each in recorded(two).placed] == [100]
    assert adopted(two, baseline(entry(2))).verdict == "mismatch"


def test_what_could_not_be_compared_says_nothing_of_its_entries() -> None:
    for failure in (Failure("torch", "crash", "SIGSEGV"), Failure("case", "inputs", "no")):
        error = result("error", failures=(failure,))
        assert adopted(error, baseline(entry(100))) == error
        assert exit_code(report(error)) == 3


# Causes


@pytest.mark.parametrize(
    ("then", "now", "verdict"),
    [
        ("sign", because("sign"), "known"),
        ("sign", because("reduction"), "mismatch"),
        ("sign", because(""), "mismatch"),  # no longer explained by it
        ("unknown", because(""), "known"),
        ("unknown", because("sign"), "mismatch"),
        # not looked for now, or not to the end: with --no-diagnose, or when the time ran out
        ("sign", None, "known"),
        ("unknown", None, "known"),
        ("sign", because("", cut_short=True), "known"),
        # not looked for then
        ("", because("sign"), "known"),
        ("", because(""), "known"),
        ("", None, "known"),
    ],
)
def test_causes(then: str, now: Any, verdict: str) -> None:
    found = adopted(mismatch(values(2), diagnosis=now), baseline(entry(2, cause=then)))
    assert found.verdict == verdict
    assert bool(found.gone) == (verdict == "mismatch")


def test_another_cause_is_said() -> None:
    found = failing(mismatch(values(2), diagnosis=because("reduction")), entry(2, cause="sign"))
    assert found.notes == (
        "baseline: grad['x']: the cause is reduction; base:2 has this difference with the cause sign",
    )


def test_a_cause_that_is_not_looked_for_is_no_excuse_for_a_worse_difference() -> None:
    assert failing(mismatch(values(200)), entry(100, cause="sign")).verdict == "mismatch"


def test_the_entry_of_the_same_cause_comes_first() -> None:
    # left by a merge of two branches: the one that is of no use is to be deleted
    entries = entry(9e9, cause=""), entry(100, cause="sign")
    found = failing(mismatch(values(50), diagnosis=because("sign")), *entries)
    assert (found.verdict, found.findings[0].adopted) == ("stale", "base:3")
    assert [line[:6] for line in found.gone] == ["base:2"]
    assert failing(mismatch(values(200), diagnosis=because("sign")), *entries).verdict == "mismatch"


# Writing


def test_what_is_recorded() -> None:
    before = baseline(
        Entry("gone/case", "grad['x']", "values", ratio=2.0),  # not checked: stays
        Entry("crashed", "grad['x']", "values", ratio=3.0),  # could not be compared: stays
        Entry("better", "grad['x']", "values", ratio=4.0),
        Entry("right", "grad['x']", "values", ratio=5.0),
    )
    results = [
        result("error", "crashed", failures=(Failure("torch", "crash", "SIGSEGV"),)),
        result("mismatch", "better", findings=(values(2),)),
        result("match", "right"),
        result("mismatch", "new", findings=(values(7), values(8, "grad['y']", known="as the case says"))),
    ]
    assert {(each.id, each.leaf, each.ratio) for each in entries_of(results, before)} == {
        ("gone/case", "grad['x']", 2.0),
        ("crashed", "grad['x']", 3.0),
        ("better", "grad['x']", 2.0),
        ("new", "grad['x']", 7.0),
    }


def test_a_case_that_knows_its_difference_needs_no_entry() -> None:
    known = result("known", findings=(values(2, known="as the case says"),))
    assert entries_of([known], Baseline(())) == []
    assert adopted(known, baseline(entry(2))).verdict == "stale"


# What must hold of any result

#: The same examples in every run, and no deadline on a busy machine.
examples = settings(deadline=None, derandomize=True, max_examples=50)

leaves = st.sampled_from(["grad['x']", "grad['y']", "step[1].grad['x']", "output"])
ratios = st.floats(1, 1e12)


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    kind, leaf = draw(st.sampled_from(sorted(KINDS))), draw(leaves)
    known = draw(st.sampled_from(["", "", "as the case says"]))
    if kind != "values":
        message = draw(st.sampled_from(["one thing", "another thing"]))
        return finding(kind, leaf, message=message, elements=draw(st.integers(1, 9)), known=known)
    found = values(draw(ratios), leaf, known=known)
    return draw(st.sampled_from([found, finding("values", leaf, worst=Element((), 0, 3, 3, 0), known=known)]))


@st.composite
def results(draw: st.DrawFn) -> Result:
    """Results as a run gives them: each leaf has one finding of a kind."""
    found = draw(st.lists(findings(), max_size=4, unique_by=lambda each: (each.leaf, each.kind)))
    stale = draw(st.sampled_from([(), (), ("grad['z']",)]))
    diagnosis = draw(st.sampled_from([None, because("sign"), because(""), because("", cut_short=True)]))
    notes = draw(st.sampled_from([(), ("a note",)]))
    return judged_again(result(findings=tuple(found), stale=stale, diagnosis=diagnosis, notes=notes))


@st.composite
def baselines(draw: st.DrawFn) -> Baseline:
    """Entries of any kind, of this variant and of another."""
    ids = st.sampled_from(["theme/name", "theme/name", "theme/other"])
    causes = st.sampled_from(["", "sign", "unknown"])
    some = st.builds(Entry, ids, leaves, st.sampled_from(sorted(KINDS)), causes, ratios | st.none())
    return baseline(*draw(st.lists(some, max_size=6, unique_by=lambda each: each.key)))


@given(results())
@examples
def test_what_is_written_is_adopted(one: Result) -> None:
    found = adopted(one, recorded(one))
    assert found.verdict == ("stale" if one.stale else "known" if one.findings else "match")
    assert (found.gone, found.notes) == ((), one.notes)


@given(results(), baselines())
@examples
def test_adopting_twice_is_adopting_once(one: Result, some: Baseline) -> None:
    assert adopted(adopted(one, some), some) == adopted(one, some)


@given(results(), baselines(), baselines())
@examples
def test_another_baseline_leaves_no_trace(one: Result, some: Baseline, other: Baseline) -> None:
    assert without(adopted(one, some)) == one
    assert adopted(adopted(one, some), other) == adopted(one, other)


@given(results(), baselines())
@examples
def test_nothing_but_an_entry_makes_a_difference_known(one: Result, some: Baseline) -> None:
    found = adopted(one, some)
    for before, after in zip(one.findings, found.findings, strict=True):
        if after.known != before.known:
            entry_for = next(each.entry for each in some.of(one.id) if each.place == after.adopted)
            assert (entry_for.leaf, entry_for.kind) == (after.leaf, after.kind)
            now = entry_of(one, after)
            assert entry_for.cause == now.cause or "" in (entry_for.cause, now.cause)
            assert now.ratio is None or (entry_for.ratio is not None and now.ratio <= entry_for.ratio * SLACK)


@given(results(), baselines())
@examples
def test_each_entry_is_met_or_gone(one: Result, some: Baseline) -> None:
    found = adopted(one, some)
    occurring = {(each.leaf, each.kind) for each in one.findings if not each.known}
    for placed in some.of(one.id):
        if (placed.entry.leaf, placed.entry.kind) not in occurring:
            assert placed.shown in found.gone
    assert (found.verdict in ("known", "match")) <= (not found.gone)


@given(results(), baselines())
@examples
def test_a_baseline_never_makes_more_pass_than_all_that_differs_explained(one: Result, some: Baseline) -> None:
    found = adopted(one, some)
    passes = found.verdict in ("match", "known")
    assert passes <= all(each.known for each in found.findings)
    assert exit_code(report(found)) == (0 if passes else 1)


@given(results(), st.integers(0, 3))
@examples
def test_a_finding_more_than_recorded_fails(one: Result, which: int) -> None:
    if which < len(one.findings) and not one.findings[which].known:
        fewer = judged_again(result(findings=one.findings[:which] + one.findings[which + 1 :]))
        assert adopted(one, recorded(fewer)).verdict == "mismatch"
        assert adopted(fewer, recorded(one)).verdict == "stale" or adopted(fewer, recorded(one)).verdict == "mismatch"


@given(results(), baselines())
@examples
def test_a_report_that_was_written_is_adopted_alike(one: Result, some: Baseline) -> None:
    (read,) = from_json(to_json(report(one))).results
    assert adopted(read, some) == adopted(one, some)


def test_what_compared_no_gradient_is_no_pass_whatever_is_accepted() -> None:
    void = "nothing was compared: every gradient is None, empty or NaN on both sides"
    differing = result("mismatch", "a/b", findings=(values(2, "output"),), void=void)
    (entry,) = entries_of([differing], Baseline(()))
    accepting = Baseline([Placed(entry, "base:2", "{}")])
    made = adopted(differing, accepting)
    assert (made.verdict, [failure.reason for failure in made.failures]) == ("error", [void])
    assert adopted(made, accepting) == made
    assert without(made) == differing


def test_gradients_that_are_none_beside_an_output_that_differs() -> None:
    no_replay = Replay({}, "arrays cannot be run again")
    base = result("error", "a/b")
    sides = observation({"x": None}, 1.0), observation({"x": None}, 2.0)
    found = judged(base, *sides, Expectations({}, {}, {}), lambda side: no_replay)
    assert found.verdict == "mismatch"
    entries = entries_of([found], Baseline(()))
    made = adopted(found, Baseline(Placed(entry, "base:2", "{}") for entry in entries))
    assert made.verdict == "error"
