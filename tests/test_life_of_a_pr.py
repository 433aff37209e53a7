"""The repository under ``tests/migration`` goes through what happens to a port, with the gate of its workflow."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DEMO = ROOT / "tests" / "migration"
BASELINE = "migcheck-baseline.jsonl"

SCALED = "ops.matmul(query, key.swapaxes(1, 2)) / math.sqrt(key.shape[-1])"
CUT = f"ops.stop_gradient({SCALED})"
MENDED = "ops.matmul(query / math.sqrt(key.shape[-1]), key.swapaxes(1, 2))"
EXACT, DEFAULT = "nn.GELU(approximate=False)", "nn.GELU()"


@dataclass(frozen=True)
class Gate:
    """What a run of the workflow's step leaves behind."""

    code: int
    log: str
    outputs: dict[str, str]
    summary: str
    reports: Path

    def read(self, name: str) -> str:
        """A report, as text."""
        return (self.reports / name).read_text(encoding="utf-8")


@dataclass(frozen=True)
class Repository:
    """A clone of the migration, with a bare repository as its origin."""

    folder: Path

    def git(self, *arguments: str) -> None:
        """Run git as somebody."""
        who = ("-c", "user.name=A Porter", "-c", "user.email=porter@example.com", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *who, *arguments], cwd=self.folder, check=True, capture_output=True)

    def change(self, file: str, old: str, new: str) -> None:
        """Commit a change of one file."""
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        self.git("commit", "-qam", f"change {file}")

    def migcheck(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command."""
        command = [sys.executable, "-m", "migcheck", *arguments]
        return subprocess.run(command, cwd=self.folder, env=_environment(), capture_output=True, text=True, check=False)

    def gate(self, event: str) -> Gate:
        """Run the workflow's step, as a runner does on this event."""
        place = self.folder.parent / "runner"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        has_baseline = (self.folder / BASELINE).exists()
        environment = _environment() | {
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_EVENT_NAME": event,
            "GITHUB_BASE_REF": "main" if event == "pull_request" else "",
            "GITHUB_OUTPUT": str(place / "output"),
            "GITHUB_STEP_SUMMARY": str(place / "summary.md"),
            "INPUT_CASES": "cases/",
            "INPUT_ARGS": "--diagnose-budget 60",
            "INPUT_BASELINE": BASELINE if has_baseline else "",
            "INPUT_PYTHON": sys.executable,
            "INPUT_INSTALL": "false",
        }
        command = ["bash", str(ROOT / "scripts" / "action")]
        done = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False, timeout=300
        )
        outputs = _outputs((place / "output").read_text(encoding="utf-8"))
        summary = (place / "summary.md").read_text(encoding="utf-8")
        return Gate(done.returncode, done.stdout + done.stderr, outputs, summary, self.folder / "migcheck-report")


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "GIT_", "MIGCHECK_"))}


def _outputs(text: str) -> dict[str, str]:
    lines = iter(text.splitlines())
    found = {}
    for line in lines:
        name, _, end = line.partition("<<")
        found[name] = "\n".join(iter(lambda: next(lines), end))
    return found


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "migration"
    shutil.copytree(DEMO, folder, ignore=shutil.ignore_patterns("__pycache__", "rank_0"))
    (folder / ".gitignore").write_text("migcheck-report/\n__pycache__/\n", encoding="utf-8")
    repository = Repository(folder)
    subprocess.run(["git", "init", "-q", "--bare", str(tmp_path / "origin")], check=True)
    repository.git("init", "-q", "-b", "main")
    repository.git("remote", "add", "origin", str(tmp_path / "origin"))
    repository.git("add", "-A")
    repository.git("commit", "-qm", "a block and its port")
    repository.git("push", "-q", "-u", "origin", "main")
    return repository


@pytest.mark.slow
def test_a_fault_is_named_where_people_look_and_mended(repository: Repository) -> None:
    repository.git("switch", "-qc", "faster-attention")
    repository.change("port/attention.py", SCALED, CUT)

    red = repository.gate("pull_request")

    assert red.code == 1, red.log
    assert red.outputs == {"exit-code": "1", "verdict": "differs", "report": "migcheck-report/report.json"}
    report = json.loads(red.read("report.json"))
    assert report["left_out"] == ["feed_forward/gradients"]
    assert {result["id"]: result["verdict"] for result in report["results"]} == {
        "attention/gradients[pynative]": "mismatch",
        "attention/gradients[graph]": "mismatch",
        "training/three_steps": "mismatch",
    }
    cause = "the port cuts a branch off by stop_gradient, and torch differentiates it."
    annotations = [line for line in red.log.splitlines() if line.startswith("::error ")]
    assert len(annotations) == 3
    where = "file=cases/attention/gradients/mindspore_program.py,line=13,"
    assert any(where in line and "cause: detached" in line for line in annotations)
    suite = ET.fromstring(red.read("junit.xml"))
    failures = {case.get("name"): case.find("failure") for case in suite.iter("testcase") if len(case)}
    assert "cause: detached" in (failures["training/three_steps"].get("message") or "")  # type: ignore[union-attr]
    assert cause in (failures["attention/gradients[graph]"].text or "")  # type: ignore[union-attr]
    for text in (red.read("report.md"), red.summary):
        assert "detached" in text
        assert "attention/gradients[pynative]" in text
    assert cause in red.read("report.html")
    assert "cause/detached" in red.read("report.sarif")

    repository.change("port/attention.py", CUT, MENDED)

    green = repository.gate("pull_request")

    assert green.code == 0, green.log
    assert green.outputs["verdict"] == "passed"
    assert "parity: 3 match, 1 left out" in green.log
    assert "::error" not in green.log


@pytest.mark.slow
def test_a_baseline_is_adopted_outgrown_and_pruned(repository: Repository) -> None:
    repository.change("port/feed_forward.py", EXACT, DEFAULT)

    adopted = repository.migcheck("baseline", "write", BASELINE, "-q")

    assert adopted.returncode == 0, adopted.stderr
    entries = [json.loads(line) for line in (repository.folder / BASELINE).read_text(encoding="utf-8").splitlines()[1:]]
    assert [(entry["id"], entry["leaf"], entry["cause"]) for entry in entries] == [
        ("feed_forward/gradients", leaf, "default_differs")
        for leaf in ("grad['down']", "grad['up']", "grad['x']", "output")
    ]
    repository.git("add", BASELINE)
    repository.git("commit", "-qm", "gate the port as it is")
    repository.git("push", "-q")
    repository.git("switch", "-qc", "exact-gelu")
    repository.change("port/feed_forward.py", DEFAULT, f"{DEFAULT}  # by its tanh approximation")

    same = repository.gate("pull_request")

    assert same.code == 0, same.log
    assert "parity: 1 known, 3 left out" in same.log

    repository.change("port/feed_forward.py", f"{DEFAULT}  # by its tanh approximation", EXACT)

    improved = repository.gate("pull_request")

    assert improved.code == 1, improved.log
    lines = (repository.folder / BASELINE).read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines[1:], start=2):
        assert f"    {BASELINE}:{number}: {line}" in improved.log
    assert "a difference of the baseline that no longer occurs; delete its line:" in improved.log

    pruned = repository.migcheck("baseline", "prune", BASELINE, "feed_forward/gradients", "-q")

    assert pruned.returncode == 0, pruned.stderr
    assert pruned.stderr == f"migcheck: deleted 4 differences from {BASELINE}; 0 left\n"
    assert (repository.folder / BASELINE).read_text(encoding="utf-8").splitlines() == lines[:1]
    repository.git("commit", "-qam", "the port is exact")
    clean = repository.gate("pull_request")
    assert clean.code == 0, clean.log
    assert "parity: 4 match" in clean.log  # a change of the baseline may speak of any case
