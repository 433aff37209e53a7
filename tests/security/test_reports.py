"""Reports and baselines of somebody else: read to a limit, never waited for, and never a way to another file."""

from __future__ import annotations

import json
import os
import re
import stat
from pathlib import Path
from typing import Any

import pytest

from migcheck.baseline.file import _AGAIN, HEAD
from migcheck.errors import UsageError
from migcheck.journal import Journal, last_report
from migcheck.report import reading
from migcheck.report.json import compact
from tests.build import report, result
from tests.security.limits import limited, obeyed

RESULT: dict[str, Any] = {"id": "theme/name", "title": "a case", "verdict": "match"}
NO_REPORT = "migcheck: r.json: no report of migcheck run --json: "


def text(*results: dict[str, Any], **fields: Any) -> str:
    return json.dumps({"format": 1, "migcheck": "0", "seed": 0, "results": list(results or (RESULT,)), **fields})


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("", NO_REPORT + "Input data was truncated"),
        (text()[:-9], NO_REPORT + "Input data was truncated"),
        ('{"format":1,"more":' + "[" * 5_000_000, NO_REPORT + "maximum recursion depth exceeded"),
        ('{"format":1,"results":' + '[{"cell":' * 2_000_000, NO_REPORT),
        (text().replace('"seed": 0', '"seed": NaN'), NO_REPORT + "JSON is malformed: invalid character"),
        (text({**RESULT, "findings": 5}), NO_REPORT + "Expected `array`, got `int` - at `$.results[0].findings`"),
        (text().replace('"format": 1', '"format": ' + "9" * 5000), NO_REPORT + "Integer value out of range"),
        (
            text({**RESULT, "verdict": "\x1b[31mmatch\n::error::"}),
            "migcheck: r.json: theme/name has the verdict '\\x1b[31mmatch\\n::error::', which there is none of",
        ),
    ],
    ids=["empty", "truncated", "deep", "deep in a result", "NaN", "another type", "a long number", "a verdict"],
)
def test_what_is_no_report_is_said_so(tmp_path: Path, data: str, said: str) -> None:
    (tmp_path / "r.json").write_text(data)
    done = limited("report", "r.json", cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(said)
    assert not obeyed(done.err)


@pytest.mark.parametrize("command", [("merge",), ("baseline", "check", "b.jsonl", "--from")])
def test_whoever_reads_it(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "r.json").write_text(text()[:-9])
    (tmp_path / "b.jsonl").write_text(HEAD + "\n")
    done = limited(*command, "r.json", cwd=tmp_path)
    assert (done.code, done.err) == (2, NO_REPORT + "Input data was truncated\n")


def test_many_small_values(tmp_path: Path) -> None:
    # 30 MB that would take two gigabytes
    (tmp_path / "r.json").write_text(text()[:-1] + ', "left_out": [' + '"",' * 10_000_001 + '""]}')
    done = limited("report", "r.json", cwd=tmp_path, memory=2**30)
    said = "migcheck: r.json: more than 10000000 values; this is no report, or one to be read in parts\n"
    assert (done.code, done.err) == (2, said)


@pytest.mark.parametrize("name", ["large.json", "/dev/zero"])
def test_larger_than_any_report(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_LARGEST", 2**20)
    monkeypatch.chdir(tmp_path)
    with open("large.json", "wb") as file:
        file.truncate(2**40)  # not one byte of which is on the disk, or read
    with pytest.raises(UsageError) as caught:
        reading.read_report(name)
    assert str(caught.value) == f"{name}: larger than 1 MiB; this is no report"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("report", "pipe"), "migcheck: pipe: no report of migcheck run --json: Input data was truncated\n"),
        (("merge", "pipe"), "migcheck: pipe: no report of migcheck run --json: Input data was truncated\n"),
        (
            ("baseline", "check", "pipe", "--from", "r.json"),
            f"migcheck: pipe:1: no baseline, which begins with {HEAD}\n",
        ),
        (
            ("baseline", "check", "b.jsonl", "--from", "pipe"),
            "migcheck: pipe: no report of migcheck run --json: Input data was truncated\n",
        ),
    ],
)
def test_a_pipe_is_not_waited_for(tmp_path: Path, command: tuple[str, ...], said: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "r.json").write_text(text())
    (tmp_path / "b.jsonl").write_text(HEAD + "\n")
    done = limited(*command, cwd=tmp_path)
    assert (done.code, done.err) == (2, said)


def test_a_pipe_with_a_report_is_read(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.write(write, text().encode())
    os.close(write)
    assert [each.id for each in reading.read_report(f"/dev/fd/{read}").results] == ["theme/name"]
    os.close(read)


@pytest.mark.parametrize(("number", "count"), [("1", "9" * 11), ("1", "9" * 5000), ("-1", "2"), ("１", "2")])
def test_parts_without_end(tmp_path: Path, number: str, count: str) -> None:
    (tmp_path / "r.json").write_text(text(partition=f"{number}/{count}"))
    done = limited("merge", "r.json", cwd=tmp_path)
    assert done.code == 2
    assert re.match(
        "migcheck: r.json: (no part of a run: |'.*' stands where migcheck writes a word of its own)", done.err
    )


def test_a_report_is_no_way_to_another_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("root:x: the user's own")
    os.mkfifo(tmp_path / "pipe")
    paths = ["/etc/passwd", "../../../../../../etc/passwd", "secret", "\0", "pipe"]
    # One that holds no sources, as that of a run that was killed.
    results = [
        {**RESULT, "id": f"a/{at}", "verdict": "mismatch", "files": {"torch": path, "mindspore": path, "case": path}}
        for at, path in enumerate(paths)
    ]
    (tmp_path / "r.json").write_text(text(*results, directory="../.."))
    outputs = [word for name in ("json", "html", "sarif", "junit", "markdown") for word in (f"--{name}", f"o.{name}")]
    done = limited("report", "r.json", *outputs, cwd=tmp_path)
    assert done.code == 1
    assert len(list(tmp_path.glob("o.*"))) == 5
    assert not any("root:x:" in file.read_text("utf-8") for file in tmp_path.glob("o.*"))


class TestJournal:
    @pytest.fixture(autouse=True)
    def cache(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        monkeypatch.chdir(tmp_path)
        return tmp_path / "cache"

    def journal(self, cache: Path, files: dict[str, str]) -> Path:
        """That of a run that was killed after one mismatch."""
        journal = Journal()
        journal.started(report(), ["theme/name"])
        journal.checked(result("mismatch", files=files))
        (file,) = cache.rglob("*.jsonl")
        return file

    def test_only_the_user_can_read_it(self, cache: Path) -> None:
        file = self.journal(cache, {})
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700

    def test_it_holds_the_sources_that_the_run_had(self, tmp_path: Path, cache: Path) -> None:
        (tmp_path / "torch_program.py").write_text("before")
        self.journal(cache, {"torch": "torch_program.py"})
        (tmp_path / "torch_program.py").write_text("after")
        found = last_report()
        assert found
        assert found.sources == {"torch_program.py": "before"}

    def test_no_file_that_it_names_is_opened(self, tmp_path: Path, cache: Path) -> None:
        (tmp_path / "secret").write_text("the user's own")
        file = self.journal(cache, {})
        lines = file.read_text().replace('"files":{}', '"files":{"torch":"secret"}')
        assert lines != file.read_text()
        file.write_text(lines)
        found = last_report()
        assert found
        assert found.results[0].files == {"torch": "secret"}
        assert found.sources == {}

    @pytest.mark.parametrize("kind", ["pipe", "device", "link"])
    def test_what_stands_in_its_place_is_not_read(self, tmp_path: Path, cache: Path, kind: str) -> None:
        file = self.journal(cache, {})
        other = file.with_name("9" * 20 + ".jsonl")
        if kind == "pipe":
            os.mkfifo(other)
        elif kind == "device":
            other.symlink_to("/dev/zero")
        else:
            (tmp_path / "of another").write_bytes(file.read_bytes().replace(b"theme/name", b"theme/other"))
            other.symlink_to(tmp_path / "of another")
        found = last_report()
        assert found
        assert [each.id for each in found.results] == ["theme/name"]

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
    def test_of_another_user(self, cache: Path) -> None:
        os.chown(self.journal(cache, {}), 12345, 12345)
        assert last_report() is None

    def test_sources_are_files(self, tmp_path: Path, cache: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        self.journal(cache, {"torch": "pipe", "mindspore": "/dev/zero", "case": "\0"})
        found = last_report()
        assert found
        assert found.sources == {}


ENTRY = '{"id": "theme/name", "leaf": "grad[\'x\']", "kind": "values"'


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("[" * 1_000_000, "Expected `object`, got `array`"),
        ('{"id":' * 1_000_000, "Expected `str`, got `object` - at `$.id`"),
        (ENTRY + ', "ratio": NaN}', "JSON is malformed: invalid character (byte 69)"),
        (ENTRY + ', "ratio": "1"}', "Expected `float | null`, got `str` - at `$.ratio`"),
        (ENTRY + ', "\x1b[31m": 1}', "JSON is malformed: invalid character (byte 61)"),
        (ENTRY + ', "\\u001b[31m\\n::error::x": 1}', "Object contains unknown field `\\x1b[31m\n\\x3a:error::x`"),
    ],
    ids=["brackets", "objects", "NaN", "another type", "an escape", "an escaped escape"],
)
def test_a_line_that_is_no_entry(tmp_path: Path, line: str, why: str) -> None:
    (tmp_path / "b.jsonl").write_text(f"{HEAD}\n{line}\n")
    (tmp_path / "r.json").write_text(text())
    done = limited("baseline", "check", "b.jsonl", "--from", "r.json", cwd=tmp_path)
    assert (done.code, done.err) == (2, f"migcheck: b.jsonl:2: no entry of a baseline: {why}; {_AGAIN}\n")
    assert not obeyed(done.err)


def test_larger_than_any_baseline(tmp_path: Path) -> None:
    with (tmp_path / "b.jsonl").open("wb") as file:
        file.truncate(2**40)
    (tmp_path / "r.json").write_text(text())
    done = limited("baseline", "check", "b.jsonl", "--from", "r.json", cwd=tmp_path)
    assert (done.code, done.err) == (2, "migcheck: b.jsonl: larger than 64 MiB; this is no baseline\n")


def test_a_baseline_is_written_through_no_link_that_is_planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from migcheck.baseline.file import write_baseline

    (tmp_path / "victim").write_text("the user's own")
    monkeypatch.setattr("secrets.token_hex", lambda size: "foreseen")
    (tmp_path / ".foreseen.migcheck").symlink_to("victim")
    with pytest.raises(UsageError, match="cannot be written: File exists"):
        write_baseline(str(tmp_path / "b.jsonl"), ())
    assert (tmp_path / "victim").read_text() == "the user's own"


def test_a_result_of_any_text_goes_through_json() -> None:
    assert compact(result("mismatch", "\ud800\x1b")) is not None
