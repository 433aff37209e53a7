"""``migcheck compare`` as its users see it; neither framework is needed."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import jsonschema
import numpy as np
import pytest
from click.testing import CliRunner

import migcheck as package
from migcheck.cli.compare import compare_command
from migcheck.cli.settings import Setting
from tests.build import f32
from tests.cli.command import migcheck, migcheck_here

SCHEMA = Path(__file__).parents[2] / "docs" / "report.schema.json"


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The torch side, and ports of it: right, rounded, wrong by a factor, and wrong in its structure."""
    folder = tmp_path_factory.mktemp("some sets")
    rng = np.random.default_rng(0)
    true = rng.standard_normal((4, 8))
    rounded = true * (1 + 3e-6 * rng.standard_normal(true.shape))
    ports = {"same": true, "rounded": rounded, "double": 2 * true, "nearly": 1.001 * true}
    for name, weight in {"torch": true, **ports}.items():
        weights = {"fc.weight": weight.astype(np.float32), "fc.bias": f32(0, 0)}
        package.dump(folder / f"{name}.safetensors", outputs={"loss": f32(1)}, gradients=weights)
        float64 = {"fc.weight": weight, "fc.bias": np.zeros(2)}
        package.dump(folder / f"{name}64.npz", outputs={"loss": np.ones(1)}, gradients=float64)
    package.dump(folder / "right64.npz", outputs={"loss": np.ones(1)}, gradients={"fc.weight": true * (1 + 1e-13)})
    package.dump(folder / "other", outputs={"loss": f32(1)}, gradients={"fc.weight": f32(1), "fc.b": f32(0, 0)})
    (folder / "broken.npz").write_bytes(b"PK")
    (folder / "notes.txt").write_text("no set")
    return folder


def compared(sets: Path, *arguments: str) -> tuple[int, str, str]:
    code, stdout, stderr = migcheck_here("compare", *arguments, cwd=sets)
    return code, re.sub(r"\d+\.\d\d s\b", "0.00 s", stdout), stderr


def test_a_match(sets: Path) -> None:
    assert compared(sets, "torch.safetensors", "same.safetensors") == (
        0,
        "match     torch.safetensors same.safetensors  0.00 s\n\nparity: 1 match in 0.00 s\n",
        "",
    )


NO_OPINION = (
    "    no second opinion: saved gradients cannot be run again; "
    "give those of the same program in float64, as --torch-float64\n"
)


def test_a_mismatch(sets: Path) -> None:
    assert compared(sets, "torch.safetensors", "double.safetensors") == (
        1,
        "mismatch  torch.safetensors double.safetensors  0.00 s\n"
        "\n"
        "FAILED torch.safetensors double.safetensors\n"
        "  grad['fc.weight'] (4, 8) float32: 32 of 32 elements (100 %) differ; worst at [1, 4]: torch -2.3250308, "
        "mindspore -4.65006161    |diff| 2.3, allowed 4.1e-06\n"
        + NO_OPINION
        + "    would pass with rtol = 0.75 or atol = 2.4\n"
        "  rerun: migcheck compare torch.safetensors double.safetensors\n"
        "\n"
        "no parity: 1 mismatch in 0.00 s\n",
        "",
    )


def test_other_names_and_shapes(sets: Path) -> None:
    code, text, _ = compared(sets, "torch.safetensors", "other")
    assert code == 1
    assert text.splitlines()[3:7] == [
        "  grad['fc.weight']: shape (4, 8) against (1,)",
        "  grad['fc.bias'] (2,) float32: torch has it, mindspore has not; grad['fc.b'] is there",
        "  grad['fc.b'] (2,) float32: mindspore has it, torch has not",
        "  rerun: migcheck compare torch.safetensors other",
    ]


def test_sets_with_outputs_alone(tmp_path: Path) -> None:
    for name in ("t.npz", "m.npz"):
        package.dump(tmp_path / name, outputs={"loss": f32(1)})
    assert compared(tmp_path, "t.npz", "m.npz") == (
        3,
        "error     t.npz m.npz  0.00 s\n"
        "\n"
        "ERROR t.npz m.npz\n"
        "  nothing was compared: there is no gradient\n"
        "  rerun: migcheck compare t.npz m.npz\n"
        "\n"
        "not comparable: 1 error in 0.00 s\n",
        "",
    )


def test_sets_that_cannot_be_read(sets: Path) -> None:
    assert compared(sets, "broken.npz", "notes.txt") == (
        3,
        "error     broken.npz notes.txt  0.00 s\n"
        "\n"
        "ERROR broken.npz notes.txt\n"
        "  torch: broken.npz: not an .npz file, or the beginning of one; save it again\n"
        "  mindspore: notes.txt: unknown kind of file '.txt'; give .safetensors, .npz or a folder of .npy\n"
        "  rerun: migcheck compare broken.npz notes.txt\n"
        "\n"
        "not comparable: 1 error in 0.00 s\n",
        "",
    )


@pytest.mark.parametrize("kind", ["empty folder", "pipe"])
def test_what_is_no_set(sets: Path, tmp_path: Path, kind: str) -> None:
    (tmp_path / "set.npz").mkdir() if kind == "empty folder" else os.mkfifo(tmp_path / "set.npz")
    code, text, _ = compared(sets, "torch.safetensors", str(tmp_path / "set.npz"))
    said = "no .npy file in it" if kind == "empty folder" else "neither a file nor a folder; give"
    assert code == 3
    assert f"  mindspore: {tmp_path}/set.npz: {said}" in text


USAGE = "Usage: migcheck compare [OPTIONS] TORCH MINDSPORE\nTry 'migcheck compare --help' for help.\n\nError: "


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("torch.safetensors",), "Missing argument 'MINDSPORE'."),
        (("nowhere.npz", "torch.safetensors"), "Invalid value for 'TORCH': Path 'nowhere.npz' does not exist."),
        (("torch.safetensors", "nowhere"), "Invalid value for 'MINDSPORE': Path 'nowhere' does not exist."),
        (
            ("torch.safetensors", "rounded.safetensors", "--torch-float64", "nowhere"),
            "Invalid value for '--torch-float64': Path 'nowhere' does not exist.",
        ),
        (
            ("torch.safetensors", "rounded.safetensors", "--mindspore-float64", "right64.npz"),
            "--mindspore-float64 needs --torch-float64 beside it",
        ),
        *(
            (
                ("torch.safetensors", "rounded.safetensors", option, value),
                f"Invalid value for '{option}': {value} is not a finite number of 0 or more",
            )
            for option, value in (("--rtol", "-1"), ("--rtol", "nan"), ("--atol", "inf"), ("--atol", "-1e-9"))
        ),
        (
            ("torch.safetensors", "rounded.safetensors", "--rtol", "much"),
            "Invalid value for '--rtol': 'much' is not a valid number.",
        ),
        (
            ("torch.safetensors", "rounded.safetensors", "--json", "nowhere/report.json"),
            "Invalid value for '--json': nowhere/report.json: cannot be written",
        ),
        (
            ("torch.safetensors", "./torch.safetensors"),
            "torch.safetensors and torch.safetensors are the same set; compare it with the other side's",
        ),
        (
            (
                *("torch.safetensors", "nearly.safetensors"),
                *("--torch-float64", "torch64.npz", "--mindspore-float64", "./torch64.npz"),
            ),
            "--torch-float64 and --mindspore-float64 are the same set; each is its own program's",
        ),
    ],
)
def test_arguments_that_cannot_be_meant(sets: Path, arguments: tuple[str, ...], said: str) -> None:
    assert compared(sets, *arguments) == (2, "", f"{USAGE}{said}\n")


def test_the_json_report_follows_the_published_schema(sets: Path, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    code, _, _ = compared(sets, "torch.safetensors", "double.safetensors", "--json", str(file))
    report = json.loads(file.read_text())
    jsonschema.validate(report, json.loads(SCHEMA.read_text()))
    assert (code, report["exit_code"], report["seed"], report["environments"]) == (1, 1, None, {})
    (result,) = report["results"]
    assert (result["id"], result["verdict"], result["leaves"]) == (
        "torch.safetensors double.safetensors",
        "mismatch",
        3,
    )
    (finding,) = result["findings"]
    assert (finding["leaf"], finding["kind"], finding["elements"]) == ("grad['fc.weight']", "values", 32)
    assert finding["rounding"]["outcome"] == "unavailable"


@pytest.mark.parametrize(("port", "code"), [("same.safetensors", 0), ("double.safetensors", 1), ("broken.npz", 3)])
def test_json_on_stdout_is_json_alone(sets: Path, port: str, code: int) -> None:
    done = migcheck("compare", "torch.safetensors", port, "--json", "-", cwd=sets)
    report = json.loads(done.stdout)
    jsonschema.validate(report, json.loads(SCHEMA.read_text()))
    assert (done.returncode, report["exit_code"]) == (code, code)
    assert re.search(r"\n(parity|no parity|not comparable): 1 \w+ in [\d.]+ s\n$", done.stderr)


def test_quiet_shows_the_last_line_alone(sets: Path) -> None:
    assert compared(sets, "-q", "torch.safetensors", "same.safetensors") == (0, "parity: 1 match in 0.00 s\n", "")
    _, text, _ = compared(sets, "-q", "torch.safetensors", "double.safetensors")
    assert text.startswith("\nFAILED torch.safetensors double.safetensors\n")


ROUNDED = ("torch.safetensors", "rounded.safetensors")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), 1),
        (("--rtol", "1e-4"), 0),
        (("--rtol", "1e-7"), 1),
        (("--atol", "1e-4"), 0),
        (("--atol", "1e-9"), 1),
        (("--rtol", "0", "--atol", "1e-4"), 0),
        (("--rtol", "0", "--atol", "0"), 1),
        (("--torch-float64", "torch64.npz"), 1),
        (("--torch-float64", "torch64.npz", "--mindspore-float64", "right64.npz"), 0),
        (("--torch-float64", "torch64.npz", "--mindspore-float64", "rounded64.npz"), 1),
        (("--torch-float64", "torch.safetensors", "--mindspore-float64", "right64.npz"), 1),
        (("--torch-float64", "broken.npz"), 3),
    ],
)
def test_rounding_passes_with_a_tolerance_or_with_sets_in_float64(
    sets: Path, options: tuple[str, ...], code: int
) -> None:
    assert compared(sets, *ROUNDED, *options)[0] == code


def test_the_tolerances_that_are_printed_pass(sets: Path) -> None:
    _, text, _ = compared(sets, *ROUNDED)
    found = re.search(r"would pass with rtol = (\S+) or atol = (\S+)\n", text)
    assert found
    for name, value in zip(("--rtol", "--atol"), found.groups(), strict=True):
        assert compared(sets, *ROUNDED, name, value)[0] == 0


@pytest.mark.parametrize("port", ["double", "nearly"])
def test_a_wrong_factor_passes_with_nothing(sets: Path, port: str) -> None:
    single = ("torch.safetensors", f"{port}.safetensors")
    float64 = ("--torch-float64", "torch64.npz")
    for options in ((), float64, (*float64, "--mindspore-float64", f"{port}64.npz")):
        assert compared(sets, *single, *options)[0] == 1


def test_verbose_says_what_differs_by_rounding(sets: Path) -> None:
    float64 = ("--torch-float64", "torch64.npz", "--mindspore-float64", "right64.npz")
    code, text, _ = compared(sets, *ROUNDED, *float64, "-v")
    assert code == 0
    assert re.sub(r"\d\.\d{3} s", "0.000 s", text) == (
        "match     torch.safetensors rounded.safetensors  0.00 s\n"
        "  3 leaves; comparison 0.000 s\n"
        "  grad['fc.weight']: differs by rounding: against float64 torch is off by 2.5e-08 of its RMS, "
        "mindspore by 3.1e-06\n"
        "\n"
        "parity: 1 match in 0.00 s\n"
    )


def test_a_note_is_set_apart_from_what_stands_before_it(sets: Path) -> None:
    _, text, _ = compared(sets, *ROUNDED, "--torch-float64", "torch64.npz")
    assert (
        "mindspore by 3.1e-06 (allowed 1.7e-06); saved gradients cannot be run again; "
        "give those of the same program in float64, as --mindspore-float64\n"
    ) in text


def rerun_of(text: str) -> list[str]:
    (line,) = (line for line in text.splitlines() if line.startswith("  rerun: "))
    return shlex.split(line.removeprefix("  rerun: migcheck compare "))


def test_the_rerun_line_repeats_all_that_counts(sets: Path) -> None:
    options = ("--torch-float64", "torch64.npz", "--mindspore-float64", "rounded64.npz")
    code, text, _ = compared(sets, *ROUNDED, *options)
    assert rerun_of(text) == [*options, *ROUNDED]
    assert compared(sets, *rerun_of(text)) == (code, text, "")


def test_the_rerun_line_repeats_a_tolerance_exactly(sets: Path) -> None:
    given = ("--rtol", "1.23456789e-08", "--atol", "1.23456789e-08")
    assert rerun_of(compared(sets, *ROUNDED, *given)[1]) == [*given, *ROUNDED]


@pytest.mark.parametrize("name", ["a set; rm -rf .npz", "it's.npz", "-v.npz", "naïve\x1b[2J\n.npz", "*.npz"])
def test_names_of_sets_are_quoted(tmp_path: Path, name: str) -> None:
    for each, value in ((name, 1), ("other.npz", 2)):
        np.savez(tmp_path / each, x=f32(value))
    code, text, _ = compared(tmp_path, "--", name, "other.npz")
    assert code == 1
    assert "\x1b" not in text
    if name.isprintable():
        words = [word for word in rerun_of(text) if word != "--"]
        assert [Path(word).name for word in words] == [name, "other.npz"]


def test_the_rerun_line_works_for_a_name_that_looks_like_an_option(tmp_path: Path) -> None:
    for name, value in (("-v.npz", 1), ("other.npz", 2)):
        np.savez(tmp_path / name, x=f32(value))
    code, text, _ = compared(tmp_path, "--rtol", "1e-9", "--", "-v.npz", "other.npz")
    assert rerun_of(text) == ["--rtol", "1e-09", "--", "-v.npz", "other.npz"]
    assert compared(tmp_path, *rerun_of(text)) == (code, text, "")


def test_neither_framework_is_imported(sets: Path) -> None:
    code = (
        "import sys; from migcheck.cli import cli\n"
        f"cli.main(['compare', *{ROUNDED!r}], standalone_mode=False)\n"
        "print([name for name in ('torch', 'mindspore', 'execnet') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=sets, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_fits_80_columns_and_imports_nothing_heavy() -> None:
    code = (
        "import sys; from migcheck.cli import cli; cli.main(['compare', '--help'], standalone_mode=False)\n"
        "assert not {'numpy', 'rich', 'safetensors', 'execnet'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_help_says_of_no_option_that_it_can_be_set_if_it_cannot() -> None:
    options = [each for each in compare_command.params if isinstance(each, click.Option)]
    fixed = [option.name for option in options if not isinstance(option, Setting)]
    assert sorted(map(str, fixed)) == ["atol", "mindspore_float64", "rtol", "torch_float64"]
    said = " ".join(CliRunner().invoke(compare_command, ["--help"]).output.split())
    assert "All options but those of sets and tolerances can also be set in pyproject.toml" in said
    assert "--color is MIGCHECK_COLOR there" in said


def test_options_of_the_report_come_from_pyproject_as_well(sets: Path, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.migcheck]\nquiet = 1\n")
    paths = [str(sets / f"{name}.safetensors") for name in ("torch", "same")]
    assert compared(tmp_path, *paths) == (0, "parity: 1 match in 0.00 s\n", "")
    (tmp_path / "pyproject.toml").write_text("[tool.migcheck]\nrtol = 1e-3\n")
    code, _, said = compared(tmp_path, *paths)
    assert code == 2
    assert said.startswith("migcheck: pyproject.toml:2: [tool.migcheck]: unknown key 'rtol'; known are ")
