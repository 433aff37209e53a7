"""How fast ``migcheck run`` is: against a plain script that checks nothing, and on many small variants."""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
MIGCHECK = [sys.executable, "-m", "migcheck"]

#: Small programs of different kinds.  None has a tanh or an exp, whose float32 is so coarse in MindSpore on a CPU
#: that both programs are run again in float64.
SMALL = {
    "square": (
        "y = (x**2).sum()",
        "(x**2).sum()",
    ),
    "matmul": (
        "y = torch.relu(x @ x.T).sum()",
        "ops.relu(ops.matmul(x, x.T)).sum()",
    ),
    "maximum": (
        "y = (torch.maximum(x, -x) * x).sum()",
        "(ops.maximum(x, -x) * x).sum()",
    ),
    "centred": (
        "y = ((x - x.mean(0)) * x).sum()",
        "((x - x.mean(0)) * x).sum()",
    ),
    "relu": (
        "y = torch.relu(x).mean()",
        "ops.relu(x).mean()",
    ),
}

TOML = 'title = "{name}"\n[inputs]\nx = {{ normal = [8, 8] }}\n[matrix]\nnumber = {numbers}\n'

TORCH = 'import torch\n\n\ndef program(x, number):\n    {}\n    y.backward()\n    return y, {{"x": x.grad}}\n'

MINDSPORE = """\
import mindspore as ms
from mindspore import ops


def forward(x):
    return {}


def program(x, number):
    y, gradient = ms.value_and_grad(forward)(x)
    return y, {{"x": gradient}}
"""


def main() -> None:
    """Run what is asked for and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", default="both", choices=["gallery", "small", "both"])
    parser.add_argument("--rounds", type=int, default=2)
    arguments = parser.parse_args()
    for name, measure in {"small": small, "gallery": gallery}.items():
        if arguments.what in (name, "both"):
            measure(arguments.rounds)


def gallery(rounds: int) -> None:
    """Wall times of the gallery with migcheck and without, alternating."""
    cases = str(ROOT / "cases")
    plain = [sys.executable, str(ROOT / "benchmarks" / "plain.py"), cases]
    times: dict[str, list[float]] = {"plain script": [], "migcheck run": []}
    said = ""
    for _ in range(rounds):
        for name, command in (("plain script", plain), ("migcheck run", [*MIGCHECK, "run", cases, "-q"])):
            begun = time.perf_counter()
            done = subprocess.run(command, capture_output=True, text=True)
            times[name].append(time.perf_counter() - begun)
            if done.returncode:
                sys.exit(f"{name} failed:\n{done.stdout}{done.stderr}")
            said = done.stdout.strip().splitlines()[-1]
            print(f"{name}: {times[name][-1]:.1f} s  ({said})", file=sys.stderr)
    medians = {name: statistics.median(each) for name, each in times.items()}
    print("| the gallery | seconds of wall time | ratio |\n|---|---|---|")
    for name, seconds in medians.items():
        print(f"| {name} | {seconds:.1f} | {seconds / medians['plain script']:.2f} |")


def small(rounds: int) -> None:
    """Many small variants: the time of 1,200 less that of 200 is that of 1,000 in steady state."""
    with tempfile.TemporaryDirectory() as folder:
        runs: dict[int, list[tuple[float, float, float]]] = {200: [], 1200: []}
        for count in runs:
            _write(Path(folder, str(count)), count // len(SMALL))
        for _ in range(rounds):
            for count, measured in runs.items():
                measured.append(_watched([*MIGCHECK, "run", str(Path(folder, str(count))), "-q"]))
    seconds = min(run[0] for run in runs[1200]) - min(run[0] for run in runs[200])
    print("\n| small variants | |\n|---|---|")
    print(f"| 1,000 in steady state | {seconds:.1f} s, {1000 / seconds:.0f} a second |")
    for index, name in ((1, "the parent"), (2, "both hosts")):
        sizes = " and ".join(f"{runs[count][0][index] / 2**20:.0f} MB" for count in runs)
        print(f"| memory of {name} at the end of 200 and of 1,200 | {sizes} |")


def _write(folder: Path, each: int) -> None:
    for name, (torch, mindspore) in SMALL.items():
        case = folder / "small" / name
        case.mkdir(parents=True)
        (case / "case.toml").write_text(TOML.format(name=name, numbers=list(range(each))))
        (case / "torch_program.py").write_text(TORCH.format(torch))
        (case / "mindspore_program.py").write_text(MINDSPORE.format(mindspore))


def _watched(command: list[str]) -> tuple[float, float, float]:
    """Seconds, and bytes of the parent and of its children (not theirs) shortly before the end."""
    begun = time.perf_counter()
    process = psutil.Popen(command, stdout=subprocess.DEVNULL, cwd=os.path.expanduser("~"))
    parent = hosts = 0.0
    while process.poll() is None:
        try:
            sizes = [each.memory_info().rss for each in process.children()]
            if len(sizes) == 2:
                parent, hosts = process.memory_info().rss, sum(sizes)
        except psutil.Error:
            pass
        time.sleep(0.1)
    if process.returncode:
        sys.exit(f"{' '.join(command)} exited with {process.returncode}")
    return time.perf_counter() - begun, parent, hosts


if __name__ == "__main__":
    main()
