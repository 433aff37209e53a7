"""Each side in an environment of its own: another Python, another major version of numpy, neither framework beside the
other, and migcheck in neither."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from migcheck.doctor import TESTED, TESTED_PYTHON
from tests.cli.command import migcheck
from tests.real import write_case

pytestmark = pytest.mark.slow

GALLERY = Path(__file__).resolve().parents[2] / "cases"

#: What the sides exchange: steps, None, several dtypes, a network in graph mode, a known difference.
SAMPLE = (
    "accumulation/two_backward_calls_accumulate",
    "autograd_grad/unused_input",
    "backward_basics/tensor_backward",
    "loss_scale/float16_underflow",
    "multi_output/summed_outputs",
    "networks/attention",
    "training/optimizer_step",
)

#: MindSpore's tanh is off by up to 1e-4 in float32, so that both programs are replayed in float64.
TANH_TOML = """
    title = "tanh"
    [inputs]
    x = { uniform = [1000], low = -9, high = 9 }
"""

TANH_TORCH = """
    def program(x):
        y = x.tanh().sum()
        y.backward()
        return y, {"x": x.grad}
"""

TANH_MINDSPORE = """
    import mindspore as ms

    def program(x):
        y, gradient = ms.value_and_grad(lambda x: x.tanh().sum())(x)
        return y, {"x": gradient}
"""

IMPORTABLE = """
import importlib.util, json, sys, numpy
names = ("torch", "mindspore", "migcheck", "execnet", "msgspec", "click")
print(json.dumps([list(sys.version_info[:2]), numpy.__version__, [n for n in names if importlib.util.find_spec(n)]]))
"""


@dataclass(frozen=True)
class Environments:
    torch: Path
    mindspore: Path

    @property
    def options(self) -> tuple[str, ...]:
        return ("--torch-python", str(self.torch), "--mindspore-python", str(self.mindspore))


@pytest.fixture(scope="module")
def environments() -> Environments:
    """Made once beside the packages of this environment, and gone with it."""
    other = _another_python()
    folder = Path(sys.prefix) / "separate"
    wanted = {
        "torch": (sys.executable, [f"torch=={TESTED['torch']}", "numpy>=2", "safetensors"]),
        "mindspore": (other, [f"mindspore=={TESTED['mindspore']}", "numpy<2", "safetensors"]),
    }
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda side: _make(folder / side, *wanted[side]), wanted))
    return Environments(folder / "torch", folder / "mindspore")


def _make(folder: Path, python: str, packages: list[str]) -> None:
    stamp = folder / "installed"
    if stamp.is_file() and stamp.read_text() == " ".join((python, *packages)):
        return
    subprocess.run([python, "-m", "venv", "--clear", str(folder)], check=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *packages], check=True)
    stamp.write_text(" ".join((python, *packages)))


def _another_python() -> str:
    """A Python that MindSpore has wheels for, of another version than this one."""
    versions = [(3, minor) for minor in range(TESTED_PYTHON[0][1], TESTED_PYTHON[1][1] + 1)]
    names = [f"python3.{minor}" for _, minor in versions if (3, minor) != sys.version_info[:2]]
    found = [path for path in map(shutil.which, names) if path]
    found += [str(path) for path in sorted(Path.home().glob(".pyenv/versions/*/bin/python"))]
    code = "import ensurepip, sys, venv; print(*sys.version_info[:2])"
    for python in found:
        said = subprocess.run([python, "-c", code], capture_output=True, text=True).stdout.split()
        version = tuple(map(int, said))
        if version in versions and version != sys.version_info[:2]:
            return python
    return pytest.skip("no second Python of 3.10 to 3.12 with venv is here")


def test_the_environments_are_what_they_should_be(environments: Environments) -> None:
    there = {}
    for side in ("torch", "mindspore"):
        python = getattr(environments, side) / "bin" / "python"
        there[side] = json.loads(
            subprocess.run([python, "-I", "-c", IMPORTABLE], capture_output=True, text=True).stdout
        )
    assert (there["torch"][1][0], there["torch"][2]) == ("2", ["torch"])
    assert (there["mindspore"][1][0], there["mindspore"][2]) == ("1", ["mindspore"])
    assert there["torch"][0] != there["mindspore"][0]


def test_programs_run_in_them(environments: Environments, tmp_path: Path) -> None:
    cases = tmp_path / "cases"
    for case in SAMPLE:
        shutil.copytree(GALLERY / case, cases / case)
    inputs = "import numpy as np\n\ndef make_inputs(rng):\n    return {'x': rng.standard_normal(3).sum()}\n"
    write_case(cases, "made/inputs", toml='title = "made"', inputs=inputs)
    write_case(cases, "made/tanh", toml=TANH_TOML, torch=TANH_TORCH, mindspore=TANH_MINDSPORE)
    done = migcheck("run", *environments.options, "--json", "report.json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    report = json.loads((tmp_path / "report.json").read_text())
    assert {result["id"].partition("[")[0] for result in report["results"]} == {*SAMPLE, "made/inputs", "made/tanh"}
    sides = report["environments"]
    assert (sides["torch"]["numpy"][0], sides["mindspore"]["numpy"][0]) == ("2", "1")
    assert sides["torch"]["python"] != sides["mindspore"]["python"]
    (tanh,) = (result for result in report["results"] if result["id"] == "made/tanh")
    assert {each["rounding"]["outcome"] for each in tanh["rounded"]} == {"passes_in_float64"}


def test_they_can_stand_in_pyproject(environments: Environments, tmp_path: Path) -> None:
    (tmp_path / "envs").symlink_to(environments.torch.parent)
    (tmp_path / "pyproject.toml").write_text(
        '[tool.migcheck]\ntorch-python = "envs/torch"\nmindspore-python = "envs/mindspore/bin/python"\n'
    )
    done = migcheck("new", "a/case", cwd=tmp_path)
    (tmp_path / "sub").mkdir()
    done = migcheck("run", "../cases", "--json", "-", cwd=tmp_path / "sub")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["environments"]["torch"]["numpy"].startswith("2")


def test_the_doctor_says_that_they_are_fit(environments: Environments) -> None:
    done = migcheck("doctor", *environments.options)
    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith("\nready: migcheck run can compare programs here\n")
    assert f"{environments.torch}/bin/python" in done.stdout


def test_the_wrong_way_round_each_says_what_is_missing(environments: Environments, tmp_path: Path) -> None:
    write_case(tmp_path / "cases", "a/case")
    torch, mindspore = (f"{path}/bin/python" for path in (environments.mindspore, environments.torch))
    done = migcheck("run", "--torch-python", torch, "--mindspore-python", mindspore, cwd=tmp_path)
    assert done.returncode == 3
    assert f"({torch}); run: {shlex.quote(torch)} -m pip install torch numpy safetensors\n" in done.stdout
    assert (
        f"({mindspore}); run: {shlex.quote(mindspore)} -m pip install mindspore 'numpy<2' safetensors\n" in done.stdout
    )
    assert "  migcheck doctor says what is installed, and how to mend it\n" in done.stdout
