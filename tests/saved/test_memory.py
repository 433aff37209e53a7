"""Sets larger than the memory that comparing them may take."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.saved.forge import npy, npy_header, safetensors, tensor

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell what memory is shared"),
]

#: Bytes of memory of its own that the process may have: less than any of the arrays.
MOST = 200 * 2**20

COMPARE = """
import json, sys
from migcheck.cli import cli
code = cli.main(["compare", "--json", "report.json", *sys.argv[1:]], standalone_mode=False)
print(json.dumps([code, [name for name in ("torch", "mindspore") if name in sys.modules]]))
"""

#: 16 KiB of float32 near 1, over and over: cheap to write, and not all zeros.
PIECE = np.random.default_rng(0).normal(1, 0.1, 2**12).astype(np.float32)


def data(size: int, last: bytes, piece: bytes = PIECE.tobytes()) -> Iterator[bytes]:
    """``size`` bytes, of which the last are given."""
    block = piece * (2**21 // len(piece))
    for _ in range(size // len(block) - 1):
        yield block
    yield block[: -len(last)]
    yield last


def in_c_order(path: Path, last: float) -> Path:
    size = 600 * 2**20
    return _folder(path, npy_header(shape=f"({size // 4},)"), size, last)


def in_fortran_order(path: Path, last: float) -> Path:
    size = 240 * 2**20
    return _folder(path, npy_header(shape=f"(64, {size // 256})", fortran="True"), size, last)


def _folder(path: Path, header: str, size: int, last: float) -> Path:
    path.mkdir()
    with (path / "x.npy").open("wb") as file:
        file.writelines([npy(header, b""), *data(size, np.float32(last).tobytes())])
    return path


def in_bfloat16(path: Path, last: float) -> Path:
    path = path.with_suffix(".safetensors")
    size = 300 * 2**20
    with path.open("wb") as file:
        upper = PIECE.view(np.uint16)[1::2].tobytes()
        head = safetensors({"x": tensor("BF16", (size // 2,), 0, size)}, b"")
        file.writelines([head, *data(size, np.float32(last).tobytes()[2:], upper)])
    return path


def compressed(path: Path, last: float) -> Path:
    path = path.with_suffix(".npz")
    size = 240 * 2**20
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("x.npy", "w", force_zip64=True) as file,
    ):
        file.write(npy(npy_header(shape=f"({size // 4},)"), b""))
        file.writelines(data(size, np.float32(last).tobytes()))
    return path


def own_memory(pid: int) -> int:
    """Bytes of a process that are in no file."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:  # gone
        return 0
    return max((int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon:")), default=0)


@pytest.mark.parametrize("save", [in_c_order, in_fortran_order, in_bfloat16, compressed])
def test_two_large_sets_take_little_memory(tmp_path: Path, save: Callable[[Path, float], Path]) -> None:
    paths = [save(tmp_path / side, last) for side, last in (("torch", 1.0), ("mindspore", 2.0))]
    try:
        process = subprocess.Popen(
            [sys.executable, "-c", COMPARE, *(path.name for path in paths)],
            cwd=tmp_path,
            env={**os.environ, "TMPDIR": str(tmp_path)},
            stdout=subprocess.PIPE,
            text=True,
        )
        peak = 0
        while process.poll() is None:
            peak = max(peak, own_memory(process.pid))
            time.sleep(0.005)
        assert process.stdout is not None
        said = process.stdout.read()
        process.stdout.close()
        assert json.loads(said.splitlines()[-1]) == [1, []]
        (result,) = json.loads((tmp_path / "report.json").read_text())["results"]
        (finding,) = result["findings"]
        assert finding["elements"] == 1
        assert 0 < peak < MOST
    finally:
        subprocess.run(["rm", "-rf", *map(str, paths)], check=True)
