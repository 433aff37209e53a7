"""One variant, where its parts fail in ways that no program can bring about."""

from __future__ import annotations

import functools
from typing import Any, cast

from migcheck.check import float64_replay
from migcheck.errors import HostError
from migcheck.parity import Expectations, judged
from migcheck.run.pair import Pair
from tests.build import f32, observation, result


class Gone:
    """A pair whose hosts have ended since its programs ran."""

    def replay(self, side: str, **changed: Any) -> None:
        raise HostError(f"the {side} host ended unexpectedly")


def test_a_finding_outlives_the_hosts() -> None:
    torch, mindspore = observation({"x": f32(1, 2)}), observation({"x": f32(1, 3)})
    replay = functools.partial(float64_replay, cast(Pair, Gone()))
    found = judged(result("error"), torch, mindspore, Expectations({}, {}, {}), replay)
    assert found.verdict == "mismatch"
    (finding,) = found.findings
    assert finding.rounding is not None
    assert finding.rounding.note == "the torch program does not run in float64 (the torch host ended unexpectedly)"
