"""The file of a baseline, and what is said of one that cannot be read."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migcheck.baseline import file as file_module
from migcheck.baseline.file import HEAD, line_of, read_baseline, write_baseline
from migcheck.baseline.value import Entry
from migcheck.errors import UsageError

ONE = Entry("a/b[graph]", "grad['x']", "values", "sign", 9.7e4)
LINE = """{"id": "a/b[graph]", "leaf": "grad['x']", "kind": "values", "cause": "sign", "ratio": 97000.0}"""


def refused(path: Path, text: str | bytes) -> str:
    """What is said of a file that holds this, without its name."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UsageError) as error:
        read_baseline(str(path))
    assert str(error.value).startswith(str(path))
    return str(error.value)[len(str(path)) :]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "baseline.jsonl"


def test_the_text_of_a_file(path: Path) -> None:
    two = Entry("a/b", "grad['ü']", "shape", what="shape (2,) against (3,)")
    three = Entry("a/b", "grad['x']", "values", "unknown", difference=2.0)
    write_baseline(str(path), [ONE, two, three])
    assert path.read_text(encoding="utf-8") == (
        '{"migcheck_baseline": 1}\n'
        """{"id": "a/b", "leaf": "grad['x']", "kind": "values", "cause": "unknown", "difference": 2.0}\n"""
        """{"id": "a/b", "leaf": "grad['ü']", "kind": "shape", "what": "shape (2,) against (3,)"}\n"""
        f"{LINE}\n"
    )


def test_what_is_read_knows_its_place(path: Path) -> None:
    path.write_text(f"{HEAD}\n\n  {LINE}\n")
    (placed,) = read_baseline(str(path)).of("a/b[graph]")
    assert placed.entry == ONE
    assert placed.shown == f"{path}:3: {LINE}"


def test_no_difference_at_all(path: Path) -> None:
    write_baseline(str(path), [])
    assert path.read_text() == f"{HEAD}\n"
    assert read_baseline(str(path)).placed == ()


numbers = st.none() | st.floats(min_value=0, allow_infinity=False)
entries = st.builds(Entry, *[st.text(max_size=8)] * 4, ratio=numbers, difference=numbers, what=st.text(max_size=8))
in_one_folder = settings(
    deadline=None, derandomize=True, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(st.lists(entries, max_size=6, unique_by=lambda each: each.key))
@in_one_folder
def test_what_is_written_is_read(path: Path, some: list[Entry]) -> None:
    write_baseline(str(path), some)
    baseline = read_baseline(str(path))
    assert [each.entry for each in baseline.placed] == sorted(some, key=lambda each: each.key)
    assert all(each.line == line_of(each.entry) for each in baseline.placed)


@given(st.lists(entries, max_size=6, unique_by=lambda each: each.key).flatmap(lambda some: st.permutations(some)))
@in_one_folder
def test_the_order_of_entries_changes_no_byte(path: Path, some: list[Entry]) -> None:
    write_baseline(str(path), sorted(some, key=lambda each: each.key))
    first = path.read_bytes()
    write_baseline(str(path), some)
    assert path.read_bytes() == first


def test_a_name_that_is_no_text_can_be_written(path: Path) -> None:
    write_baseline(str(path), [Entry("a/b", "grad['\udcff']", "values", ratio=2.0)])
    assert [each.entry.leaf for each in read_baseline(str(path)).placed] == [r"grad['\udcff']"]
    assert sorted(each.name for each in path.parent.iterdir()) == ["baseline.jsonl"]


def test_lines_of_windows(path: Path) -> None:
    path.write_bytes(f"{HEAD}\r\n{LINE}\r\n".encode())
    assert read_baseline(str(path)).of("a/b[graph]")[0].line == LINE


def test_there_is_no_file(path: Path) -> None:
    with pytest.raises(UsageError) as error:
        read_baseline(str(path))
    assert str(error.value) == f"{path}: no such baseline; migcheck baseline write {path} makes one"
    assert error.value.exit_code == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", f":1: no baseline, which begins with {HEAD}"),
        ("{}\n", f":1: no baseline, which begins with {HEAD}"),
        (f"{LINE}\n", f":1: no baseline, which begins with {HEAD}"),
        ('{"migcheck_baseline": 2}\n', f":1: no baseline, which begins with {HEAD}"),
        (b"\xff\xfe", ": not UTF-8 text, so no baseline"),
        (f"{HEAD}\n{LINE}\n{LINE}\n", ":3: the same entry as {path}:2; delete one of the lines"),
        # the same entry with another size would let the larger one pass
        (
            f"{HEAD}\n{LINE}\n{LINE.replace('97000.0', '1e9')}\n",
            ":3: the same entry as {path}:2; delete one of the lines",
        ),
    ],
)
def test_what_is_no_baseline(path: Path, text: str | bytes, said: str) -> None:
    assert refused(path, text) == said.replace("{path}", str(path))


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "Input data was truncated"),
        ("[]", "Expected `object`, got `array`"),
        ('{"id": "a"}', "Object missing required field `leaf`"),
        (LINE.replace("ratio", "ration"), "Object contains unknown field `ration`"),
        (LINE.replace("97000.0", "NaN"), "JSON is malformed: invalid character (byte 86)"),
        (LINE.replace("97000.0", "Infinity"), "JSON is malformed: invalid character (byte 86)"),
        (LINE.replace("97000.0", "1e999"), "Number out of range - at `$.ratio`"),
        (LINE.replace("97000.0", '"97000"'), "Expected `float | null`, got `str` - at `$.ratio`"),
        (LINE + LINE, "JSON is malformed: trailing characters (byte 95)"),
        ("[" * 100_000, "Expected `object`, got `array`"),
        ("<<<<<<< HEAD", "a conflict of a merge that was not resolved"),
        ("=======", "a conflict of a merge that was not resolved"),
        (">>>>>>> theirs", "a conflict of a merge that was not resolved"),
    ],
)
def test_a_line_that_is_no_entry(path: Path, line: str, why: str) -> None:
    said = refused(path, f"{HEAD}\n{LINE}\n{line}\n")
    assert (
        said == f":3: no entry of a baseline: {why}; mend the line, or delete the file and run migcheck baseline write"
    )


def test_a_file_that_is_too_large(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_module, "_LARGEST", 2**20)
    assert refused(path, HEAD + "\n" * 2**20) == ": larger than 1 MiB; this is no baseline"


@pytest.mark.skipif(sys.platform != "linux", reason="there is no such device")
def test_a_device_without_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_module, "_LARGEST", 2**20)
    with pytest.raises(UsageError, match=r"/dev/zero: larger than 1 MiB; this is no baseline"):
        read_baseline("/dev/zero")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r": cannot be read: Is a directory$"):
        read_baseline(str(tmp_path))
    with pytest.raises(UsageError, match=r": cannot be written: Is a directory$"):
        write_baseline(str(tmp_path), [ONE])


def test_what_cannot_be_written_stays_as_it_is(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_baseline(str(path), [ONE])

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(UsageError) as error:
        write_baseline(str(path), [])
    assert str(error.value) == f"{path}: cannot be written: No space left on device"
    assert path.read_text() == f"{HEAD}\n{LINE}\n"
    assert os.listdir(path.parent) == ["baseline.jsonl"]


def test_a_link_stays_one(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(path.name)
    write_baseline(str(link), [ONE])
    assert link.is_symlink()
    assert path.read_text() == f"{HEAD}\n{LINE}\n"


def test_a_place_is_named_from_where_the_command_is_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "inside").mkdir()
    file = tmp_path / "base.jsonl"
    write_baseline(str(file), [Entry("a/b", "output", "values", ratio=2.0)])
    monkeypatch.chdir(tmp_path)
    assert [each.place for each in read_baseline(str(file)).placed] == ["base.jsonl:2"]
    monkeypatch.chdir(tmp_path / "inside")
    assert [each.place for each in read_baseline(str(file)).placed] == [f"{file}:2"]
