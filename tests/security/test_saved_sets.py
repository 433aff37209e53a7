"""Saved sets of somebody else: what ``migcheck compare`` does with them in bounded memory and time.

Damage of every kind, by format, is the subject of ``tests/saved``.
"""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from tests.saved.forge import DATA, npy, npy_header, safetensors, said_of, tensor, written_npy
from tests.security.limits import limited, obeyed

#: Names that somebody may obey.
NAMES = [
    *("../../x", "/etc/passwd", "a\0b", "a\n::error::b", "\x1b[2J\x1b]0;title\x07", "\u202eabc", "\x9b31m"),
    *("</script><script>alert(1)</script>", "]]>", "@everyone", "##[error]x", "##vso[task.x]", "::warning::x"),
]


def named(*names: str) -> bytes:
    """A ``.safetensors`` file with an array of each name."""
    header = {name: tensor("F32", (2,), 8 * at, 8 * at + 8) for at, name in enumerate(names)}
    return safetensors(header, DATA * len(names))


@pytest.fixture
def honest(tmp_path: Path) -> str:
    (tmp_path / "honest.safetensors").write_bytes(named("x"))
    return "honest.safetensors"


def test_names_are_shown_and_lead_nowhere(tmp_path: Path, honest: str) -> None:
    (tmp_path / "evil.safetensors").write_bytes(named(*NAMES))
    before = {each.name for each in tmp_path.iterdir()}
    done = limited("compare", "evil.safetensors", honest, "-v", cwd=tmp_path)
    assert done.code == 1
    assert not obeyed(done.out + done.err)
    assert "  grad['../../x'] (2,) float32: torch has it, mindspore has not" in done.out
    assert "  grad['\\x1b[2J\\x1b]0;title\\x07'] (2,) float32" in done.out
    assert {each.name for each in tmp_path.iterdir()} == before


def test_more_tensors_than_are_read(tmp_path: Path, honest: str) -> None:
    empty = '{"dtype":"U8","shape":[0],"data_offsets":[0,0]}'
    header = "{" + ",".join(f'"{number:x}":{empty}' for number in range(100_001)) + "}"
    (tmp_path / "many.safetensors").write_bytes(safetensors(header.encode(), b""))
    done = limited("compare", "many.safetensors", honest, cwd=tmp_path)
    assert done.code == 3
    assert "  torch: many.safetensors: 100001 arrays; at most 100000 are read\n" in done.out


def bomb(path: Path, name: str, size: int) -> None:
    """An ``.npz`` file of one array of zeros, that is 1,000 times smaller than what is in it."""
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(f"{name}.npy", "w", force_zip64=True) as file,
    ):
        file.write(npy(npy_header(shape=f"({size // 4},)"), b""))
        for _ in range(size >> 20):
            file.write(bytes(2**20))


@pytest.mark.parametrize("name", ["x", "y"], ids=["of another shape", "without a partner"])
def test_what_cannot_be_compared_is_not_unpacked(tmp_path: Path, honest: str, name: str) -> None:
    bomb(tmp_path / "bomb.npz", name, 2**28)
    # To unpack it would take more than a process may write to a file.
    done = limited("compare", "bomb.npz", honest, cwd=tmp_path, largest=2**24)
    assert done.code == 1
    shape = f"({2**26},)"
    said = f"shape {shape} against (2,)" if name == "x" else "torch has it, mindspore has not; grad['x'] is there"
    assert said in done.out


def test_no_room_to_unpack(tmp_path: Path) -> None:
    for name in ("one.npz", "other.npz"):
        bomb(tmp_path / name, "x", 2**28)
    done = limited("compare", "one.npz", "other.npz", cwd=tmp_path, largest=2**24)
    assert done.code == 3
    assert "  one.npz: 'x.npy': cannot be unpacked in /" in done.out
    assert ": File too large\n" in done.out


@pytest.mark.parametrize(
    "header",
    [
        "(" * 9000,
        "-" * 9000 + "1",
        "[" * 2000 + "]" * 2000,
        "1**" * 3000 + "1",
        "9" * 4000 + "**" + "9" * 4000,
        "{'descr': __import__('os').system('touch pwned'), 'fortran_order': False, 'shape': (2,)}",
        npy_header(shape="(1000000000,)*9"),
        npy_header(descr="'(9999999,9999)f4'"),
        npy_header(descr="'|O'"),
    ],
)
def test_headers_that_are_more_than_headers(tmp_path: Path, header: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert said_of(written_npy(tmp_path / "set", npy(header))).startswith("/x.npy: ")
    assert not (tmp_path / "pwned").exists()


def test_a_folder_of_pipes_links_and_devices(tmp_path: Path, honest: str) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "x.npy").symlink_to("/dev/zero")
    os.mkfifo(folder / "y.npy")
    (folder / "z.npy").symlink_to("/etc/passwd")
    done = limited("compare", "set", honest, cwd=tmp_path)
    assert done.code == 3
    assert ": not a file\n" in done.out or ": not an .npy array, or a damaged one" in done.out
    assert "root:" not in done.out
