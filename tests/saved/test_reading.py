"""What can be a set at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import migcheck
from tests.saved.forge import TWO, leaves_of, said_of

KINDS = "give .safetensors, .npz or a folder of .npy"


@pytest.mark.parametrize("name", ["set", "set.npz", "set.safetensors"])
def test_nothing_is_there(tmp_path: Path, name: str) -> None:
    assert said_of(tmp_path / name) == ": No such file or directory"
    (tmp_path / name).symlink_to("elsewhere")
    assert said_of(tmp_path / name) == ": No such file or directory"


@pytest.mark.parametrize("name", ["set", "set.npz", "set.safetensors"])
def test_a_link_to_itself(tmp_path: Path, name: str) -> None:
    (tmp_path / name).symlink_to(name)
    assert said_of(tmp_path / name) == ": Too many levels of symbolic links"


@pytest.mark.parametrize("name", ["set", "set.npz", "set.safetensors", "set.npy"])
def test_a_pipe_is_not_opened(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    assert said_of(tmp_path / name) == f": neither a file nor a folder; {KINDS}"


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
@pytest.mark.parametrize("name", ["set.npz", "set.safetensors"])
def test_a_device_is_not_opened(tmp_path: Path, device: str, name: str) -> None:
    (tmp_path / name).symlink_to(device)
    assert said_of(tmp_path / name) == f": neither a file nor a folder; {KINDS}"


@pytest.mark.parametrize(
    ("name", "suffix"), [("x.npy", ".npy"), ("x.pt", ".pt"), ("x", ""), ("x.NPZ", ".NPZ"), (".npz", "")]
)
def test_other_files(tmp_path: Path, name: str, suffix: str) -> None:
    (tmp_path / name).write_bytes(b"")
    assert said_of(tmp_path / name) == f": unknown kind of file {suffix!r}; {KINDS}"


def test_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "set.npz").mkdir()
    assert said_of(tmp_path / "set.npz") == ": no .npy file in it"


def test_a_file_in_the_place_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert said_of(tmp_path / "file" / "set.npz") == ": Not a directory"


def test_steps_are_counted_by_the_titles(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    migcheck.dump(tmp_path / "other", gradients={"x": TWO})
    (tmp_path / "other" / "grad['x'].npy").rename(tmp_path / "set" / "step[2].grad['x'].npy")
    assert list(leaves_of(tmp_path / "set")) == ["step[2].grad['x']"]
