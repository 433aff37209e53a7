"""The diagnosis of a port that is right in a fresh process, and not in one in which it ran before."""

from __future__ import annotations

from migcheck.diagnose.causes.measured import stale_state
from migcheck.diagnose.value import Diagnosis, Explanation, Place
from migcheck.report.value import Result


def stale(result: Result, after: str) -> Diagnosis:
    """``result`` has the findings of the port in the used process; ``after`` says what ran there before."""
    leaves = tuple(dict.fromkeys(finding.leaf for finding in result.findings if not finding.known))
    found = stale_state(f"in a fresh process the port agrees with torch, {after} it does not", frozenset(leaves))
    cause = Explanation(found.cause, found.message, found.confirmed, found.fix, leaves)
    return Diagnosis(Place("undetermined", f"the port's gradient changes {after}"), (cause,))
