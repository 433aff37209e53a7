"""How fast the comparator is: on arrays of the sizes of ResNet-50's gradients, against what numpy and torch offer.

Each comparison runs in a process of its own on the same two saved sets, which differ by rounding.  CPU seconds are of
the comparison alone, the sets mapped and in the page cache; memory is what it adds to the process's own.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

Sets = tuple[Path, Path]


def shapes() -> Iterator[tuple[int, ...]]:
    """The parameters of ResNet-50 for 1,000 classes: 161 arrays, 25.6 million elements (He et al. 2015, table 1)."""
    yield from ((64, 3, 7, 7), (64,), (64,))
    channels = 64
    for width, blocks in ((64, 3), (128, 4), (256, 6), (512, 3)):
        for block in range(blocks):
            for kernel in ((width, channels, 1, 1), (width, width, 3, 3), (4 * width, width, 1, 1)):
                yield from (kernel, kernel[:1], kernel[:1])
            if block == 0:
                yield from ((4 * width, channels, 1, 1), (4 * width,), (4 * width,))
            channels = 4 * width
    yield from ((1000, 2048), (1000,))


def write(folder: Path) -> Sets:
    """Two sets that differ by rounding."""
    import safetensors.numpy

    rng = np.random.default_rng(0)
    torch, mindspore = {}, {}
    for number, shape in enumerate(shapes()):
        torch[f"{number:03}"] = rng.standard_normal(shape, np.float32) * np.float32(1e-3)
        noise = rng.standard_normal(shape, np.float32) * np.float32(1e-7)
        mindspore[f"{number:03}"] = torch[f"{number:03}"] * (1 + noise)
    assert len(torch) == 161
    files = folder / "torch.safetensors", folder / "mindspore.safetensors"
    for file, arrays in zip(files, (torch, mindspore), strict=True):
        safetensors.numpy.save_file(arrays, file)
    return files


def mapped(files: Sets) -> list[tuple[Any, Any]]:
    """The pairs of arrays, as views of the files."""
    from migcheck.saved.reading import open_set

    one, other = (open_set(file, file.parent).leaves for file in files)
    return [(leaf.values, other[name].values) for name, leaf in one.items()]


def migcheck(files: Sets) -> Callable[[], object]:
    from migcheck.saved.comparing import Saved, compare_saved

    def run() -> None:
        report = compare_saved(Saved(dict(zip(("torch", "mindspore"), files, strict=True)), {}, None))
        assert report.exit_code == 0

    return run


def allclose(files: Sets) -> Callable[[], object]:
    pairs = mapped(files)
    return lambda: [np.allclose(t, m) for t, m in pairs]


def assert_allclose(files: Sets) -> Callable[[], object]:
    pairs = mapped(files)
    return lambda: [np.testing.assert_allclose(t, m, rtol=1e-5) for t, m in pairs]


def assert_close(files: Sets) -> Callable[[], object]:
    import warnings

    import torch

    torch.set_num_threads(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the views are read-only
        pairs = [(torch.from_numpy(t), torch.from_numpy(m)) for t, m in mapped(files)]
    return lambda: [torch.testing.assert_close(m, t) for t, m in pairs]


def read(files: Sets) -> Callable[[], object]:
    pairs = mapped(files)
    return lambda: [(float(t.sum()), float(m.sum())) for t, m in pairs]


CANDIDATES = {
    "migcheck": migcheck,
    "np.allclose": allclose,
    "np.testing.assert_allclose": assert_allclose,
    "torch.testing.assert_close": assert_close,
    "a plain read (sum of each)": read,
}


def measure(name: str, files: Sets) -> None:
    """In a process of its own: CPU seconds of the first and of the best run, and anonymous memory that they add."""
    from threading import Event, Thread

    run = CANDIDATES[name](files)
    before, peak, done = _anonymous(), 0, Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.0005):
            peak = max(peak, _anonymous())

    times = [_cpu_of(run) for _ in range(5)]
    watcher = Thread(target=watch)
    watcher.start()
    run()
    done.set()
    watcher.join()
    print(json.dumps({"first": times[0], "best": min(times), "memory": max(peak - before, 0)}))


def _cpu_of(run: Callable[[], object]) -> float:
    begun = time.process_time()
    run()
    return time.process_time() - begun


def _anonymous() -> int:
    with open("/proc/self/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("RssAnon")) * 1024


def main() -> None:
    """Measure each candidate and print a table."""
    with tempfile.TemporaryDirectory() as folder:
        files = write(Path(folder))
        rows = {}
        for name in CANDIDATES:
            command = [sys.executable, __file__, name, *map(str, files)]
            done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
            rows[name] = json.loads(done.stdout)
        begun = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [sys.executable, "-m", "migcheck", "compare", *map(str, files), "-q"], check=True, stdout=subprocess.DEVNULL
        )
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    print("| 161 arrays, 25.6 M float32 | CPU seconds, first run | best of 5 | ratio | memory added, MB |")
    print("|---|---|---|---|---|")
    for name, row in rows.items():
        ratio = row["best"] / rows["np.allclose"]["best"]
        print(f"| {name} | {row['first']:.3f} | {row['best']:.3f} | {ratio:.2f} | {row['memory'] / 2**20:.0f} |")
    whole = ended.ru_utime + ended.ru_stime - begun.ru_utime - begun.ru_stime
    print(f"\nThe whole command `migcheck compare`: {whole:.2f} s of CPU time, the start of Python included.")


if __name__ == "__main__":
    if len(sys.argv) == 4:
        measure(sys.argv[1], (Path(sys.argv[2]), Path(sys.argv[3])))
    else:
        main()
