"""``migcheck explain``: its text, from a result and from real runs, and what it does with its arguments."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from migcheck.diagnose.value import Diagnosis, Explanation, Place, SideCheck, Tried
from migcheck.report.explain import explained, is_title
from migcheck.report.json import schema
from migcheck.report.value import Failure
from migcheck.trace import Call, Trace, TracedTensor
from tests.build import finding, result
from tests.cli.command import migcheck, migcheck_here
from tests.cli.test_run import KNOWN, TWICE, without_times
from tests.real import TOML, write_case

MATRIX = TOML + '[matrix]\nmode = ["pynative", "graph"]\n'


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("a project")
    cases = folder / "cases"
    write_case(cases, "good/square")
    write_case(cases, "good/modes", toml=MATRIX)
    write_case(cases, "bad/two_outputs", mindspore=TWICE)
    write_case(cases, "known/two_outputs", mindspore=TWICE, toml=KNOWN)
    write_case(cases, "broken/key", toml='titel = "a square"\n')
    (folder / "empty").mkdir()
    return folder


# The arguments


@pytest.mark.parametrize("argument", ["good/modes", "cases/good/modes", "cases/good/modes/"])
def test_several_variants_of_a_case(project: Path, argument: str) -> None:
    assert migcheck_here("explain", argument, cwd=project) == (
        2,
        "",
        f"migcheck: {argument}: 2 variants, and one is explained at a time:\n"
        "  good/modes[pynative]\n"
        "  good/modes[graph]\n"
        "add the cell: migcheck explain 'good/modes[graph]'\n",
    )


def test_several_cases(project: Path) -> None:
    assert migcheck_here("explain", "cases", cwd=project) == (
        2,
        "",
        "migcheck: cases: 6 variants, and one is explained at a time:\n"
        "  bad/two_outputs\n"
        "  broken/key\n"
        "  good/modes[pynative]\n"
        "  good/modes[graph]\n"
        "  good/square\n"
        "  known/two_outputs\n"
        "name one, with its cell if it has one: migcheck explain known/two_outputs\n",
    )


def test_what_is_listed_can_be_given_from_another_folder(project: Path) -> None:
    _, _, said = migcheck_here("explain", "../cases/good/modes", cwd=project / "empty")
    assert said.splitlines()[1:] == [
        "  ../cases/good/modes[pynative]",
        "  ../cases/good/modes[graph]",
        "add the cell: migcheck explain '../cases/good/modes[graph]'",
    ]


def test_many_variants(tmp_path: Path) -> None:
    write_case(tmp_path / "cases", "a/square", toml=TOML + f"[matrix]\npower = {list(range(30))}\n")
    _, _, said = migcheck_here("explain", "a/square", cwd=tmp_path)
    lines = said.splitlines()
    assert len(lines) == 23
    assert lines[-3:] == [
        "  a/square[19]",
        "  … and 10 more; migcheck list shows all",
        "add the cell: migcheck explain 'a/square[29]'",
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("empty",), 5, "migcheck: no case in empty; a case is a folder with case.toml and two programs "
         "(migcheck new)"),
        (("good/squire",), 2, "migcheck: good/squire: neither a folder nor the id of a case; "
         "did you mean 'good/square'?"),
        (("good/modes[grape]",), 2, "migcheck: good/modes[grape]: neither a folder nor the id of a case; "
         "did you mean 'good/modes[graph]'?"),
        ((), 2, "Error: Missing argument 'FOLDER|ID'."),
        (("good/square", "good/modes"), 2, "Error: Got unexpected extra argument (good/modes)"),
        (("good/square", "--diagnose-budget", "0"), 2,
         "Error: Invalid value for '--diagnose-budget': 0 must be more than 0 and at most 1e+07"),
        (("good/square", "--json", "nowhere/report.json"), 2,
         "Error: Invalid value for '--json': nowhere/report.json: cannot be written"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant(project: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    done = migcheck_here("explain", *arguments, cwd=project)
    assert (done[0], done[1], done[2].splitlines()[-1]) == (code, "", said)


def test_help_shows_the_budget(project: Path) -> None:
    code, out, _ = migcheck_here("explain", "--help", cwd=project)
    assert code == 0
    assert "[default: 60.0]" in " ".join(out.split())
    code, out, _ = migcheck_here("run", "--help", cwd=project)
    assert "[default: 20.0]" in " ".join(out.split())


# Real runs


def test_a_case_that_cannot_be_read(project: Path) -> None:
    code, out, _ = migcheck_here("explain", "broken/key", cwd=project)
    assert code == 3
    assert without_times(out) == (
        "ERROR broken/key\n"
        "\n"
        "Findings\n"
        "  cases/broken/key/case.toml:1: unknown key 'titel'; did you mean 'title'?\n"
        "\n"
        "  rerun: migcheck run broken/key --seed 0\n"
        "\n"
        "not comparable: 1 error in 0.00 s  (seed 0)\n"
    )


def test_a_match_shows_what_was_asked(project: Path) -> None:
    done = migcheck("explain", "good/square", cwd=project)
    assert done.stderr == ""
    assert done.returncode == 0
    assert without_times(done.stdout) == (
        "MATCH good/square\n"
        "  a square\n"
        "\n"
        "Findings\n"
        "  none in 2 leaves\n"
        "\n"
        "Asked of autograd\n"
        "              torch                             mindspore\n"
        "  call        0, in step 0                      0, in step 0\n"
        "  api         Tensor.backward                   ms.value_and_grad of square\n"
        "  outputs     1: () float32                     1: () float32\n"
        "  scalar      9.0                               9.0\n"
        "  cotangents  ones                              ones\n"
        "  positions   –                                 0 (x)\n"
        "  has_aux     –                                 no\n"
        "  gradients   x () float32                      x () float32\n"
        "\n"
        "Seen on the way\n"
        "             torch                             mindspore\n"
        "  functions  pow, backward,                    value_and_grad,\n"
        "             torch.Tensor.grad.__get__         tensor_pow_tensor_tensor\n"
        "\n"
        "  rerun: migcheck run good/square --seed 0\n"
        "\n"
        "parity: 1 match in 0.00 s  (seed 0, torch 2.13.0+cpu, mindspore 2.10.0)\n"
    )


def test_graph_mode_shows_the_calls_of_pynative(project: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    done = migcheck("explain", "cases/good/modes[graph]", "--json", str(report), "--seed", "7", cwd=project)
    assert done.returncode == 0
    assert "torch                             mindspore (seen in PyNative)\n" in done.stdout
    assert "  outputs     1: () float32                     1: () float32\n" in done.stdout
    assert "  compiled    –                                 yes\n" in done.stdout
    assert (
        "\nNotes\n  calls inside a compiled graph cannot be seen; the port's trace is that of\n      PyNative\n"
    ) in done.stdout
    data = json.loads(report.read_text())
    jsonschema.validate(data, schema())
    (only,) = data["results"]
    assert (only["id"], only["verdict"], only["seed"]) == ("good/modes[graph]", "match", 7)
    assert only["diagnosis"]["place"] == {"kind": "", "message": "", "checks": []}
    assert {side: len(trace["calls"]) for side, trace in only["diagnosis"]["traces"].items()} == {
        "torch": 1,
        "mindspore": 1,
        "pynative": 1,
    }


def test_a_known_difference_and_json_on_stdout(project: Path) -> None:
    done = migcheck("explain", "known/two_outputs", "--json", "-", cwd=project)
    assert done.returncode == 0
    assert json.loads(done.stdout)["results"][0]["diagnosis"]["traces"]["mindspore"]["calls"][0]["scalar"] == 12.0
    assert done.stderr.startswith(
        "KNOWN known/two_outputs\n"
        "  a square\n"
        "\n"
        "Findings\n"
        "  grad['x'] () float32: torch 6.0, mindspore 7.0    |diff| 1.0, allowed 1.6e-05\n"
        "    known: the port returns x as well\n"
        "\n"
        "Asked of autograd\n"
    )
    assert (
        "\nNotes\n  a known difference is not diagnosed; delete its entry in [known] to be told\n      the cause\n"
    ) in done.stderr


@pytest.mark.slow
def test_a_mismatch(project: Path) -> None:
    done = migcheck("explain", "bad/two_outputs", cwd=project)
    assert done.returncode == 1
    assert max(map(len, done.stdout.splitlines())) <= 80
    head, tried, cause = re.split(r"\nTried\n|\nCause\n", without_times(done.stdout))
    assert head == (
        "FAILED bad/two_outputs\n"
        "  a square\n"
        "\n"
        "Findings\n"
        "  grad['x'] () float32: torch 6.0, mindspore 7.0    |diff| 1.0, allowed 1.6e-05\n"
        "    against float64, in units of the leaf's RMS: torch is off by 0.0,\n"
        "        mindspore by 0.17 (allowed 1.3e-06)\n"
        "    would pass with rtol = 0.084 or atol = 1.0\n"
        "\n"
        "Where\n"
        "  forward outputs agree; each side's gradient is right for what it\n"
        "      differentiates\n"
        "             slope    central  forward  backward  h      dtype\n"
        "  torch      6.22052  6.22052  6.22053  6.2205    1e-05  float64  agrees\n"
        "  mindspore  7.25727  7.25727  7.25728  7.25726   1e-05  float64  agrees\n"
        "  slope: the gradient times a random direction; central, forward, backward:\n"
        "      difference quotients along it, in steps of h times the size of each input\n"
        "\n"
        "Asked of autograd\n"
        "              torch                             mindspore\n"
        "  call        0, in step 0                      0, in step 0\n"
        "  api         Tensor.backward                   ms.grad of forward\n"
        "  outputs     1: () float32                     2: () float32 ×2\n"
        "  scalar      9.0                               12.0\n"
        "  cotangents  ones                              ones\n"
        "  positions   –                                 0 (x)\n"
        "  has_aux     –                                 no\n"
        "  gradients   x () float32                      x () float32\n"
        "\n"
        "Seen on the way\n"
        "             torch                             mindspore\n"
        "  functions  pow, backward,                    tensor_pow_tensor_tensor ×2,\n"
        "             torch.Tensor.grad.__get__         grad\n"
    )
    # Causes come and go; the one that explains this is the last.
    assert re.search(
        r" multi_output differentiating the first output only: explains all, 0\.00 s \d+ tried in 0\.00 s $",
        re.sub(r"\s+", " ", tried),
    )
    assert cause == (
        "  cause: multi_output. ms.grad differentiated the sum of 2 outputs;\n"
        "      torch called backward() on the first.\n"
        "         confirmed: by replay: differentiating the first output only, both sides\n"
        "             give 6\n"
        "  fix:   pass has_aux=True; see docs/causes.md#multi_output\n"
        "\n"
        "  rerun: migcheck run bad/two_outputs --seed 0\n"
        "\n"
        "no parity: 1 mismatch in 0.00 s  (seed 0, torch 2.13.0+cpu, mindspore 2.10.0)\n"
    )


def test_a_budget_that_is_spent_leaves_the_rest(project: Path) -> None:
    code, out, _ = migcheck_here("explain", "bad/two_outputs", "--diagnose-budget", "0.001", cwd=project)
    assert code == 1
    assert "\nAsked of autograd\n" in out
    assert "\nCause\n  no cause was confirmed for grad['x']\n" in out
    assert "  the time for a diagnosis ran out; --diagnose-budget gives it more\n" in out


def test_a_reader_may_leave(project: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    line = f"{shlex.quote(sys.executable)} -m migcheck explain good/square --json {shlex.quote(str(report))} | head -3"
    done = subprocess.run(["sh", "-c", line], cwd=project, capture_output=True, text=True, timeout=120)
    assert (done.stdout, done.stderr) == ("MATCH good/square\n  a square\n\n", "")
    assert len(json.loads(report.read_text())["results"]) == 1


def test_colour_is_asked_for(project: Path) -> None:
    plain = migcheck_here("explain", "broken/key", cwd=project)[1]
    coloured = migcheck_here("explain", "broken/key", "--color", "always", cwd=project)[1]
    assert "\x1b" not in plain
    assert coloured.startswith("\x1b[1;31mERROR broken/key\x1b[0m\n\n\x1b[1mFindings\x1b[0m\n")


# The text of a result


def tensor(path: str, *shape: int, **fields: Any) -> TracedTensor:
    return TracedTensor(**{"path": path, "dtype": "float32", "shape": shape, **fields})


def call(number: int = 0, api: str = "Tensor.backward", step: int = 0, **fields: Any) -> Call:
    return Call(**{"number": number, "api": api, "step": step, **fields})


def sections(outcome: Any, width: int = 80) -> dict[str, list[str]]:
    """The lines of each section by its title, that of the head and of the end by empty strings."""
    found: dict[str, list[str]] = {"": []}
    for line in explained(outcome, width)[1:]:
        if is_title(line):
            found[line] = []
        else:
            list(found.values())[-1].append(line)
    return found


def of(*, width: int = 80, verdict: str = "mismatch", **fields: Any) -> dict[str, list[str]]:
    """The sections of a mismatch with this diagnosis, without the empty lines."""
    why = Diagnosis(**{"place": Place("", ""), **fields})
    outcome = result(verdict, findings=(finding("missing"),), diagnosis=why)
    return {title: [line for line in lines if line] for title, lines in sections(outcome, width).items()}


def asked(torch: tuple[Call, ...], mindspore: tuple[Call, ...], **options: Any) -> list[str]:
    return of(traces={"torch": Trace(torch), "mindspore": Trace(mindspore)}, **options)["Asked of autograd"]


def test_every_item_of_a_call() -> None:
    torch = (
        call(api="torch.autograd.grad", outputs=(tensor("[0]", 4, 2),), cotangents=(tensor("[0]", 4, 2),), scalar=-0.5,
             gradients=(tensor("['x']", 3), tensor("['leaf 0']", 2)), filled=("x", "leaf 0")),
    )  # fmt: skip
    mindspore = (
        call(api="ms.value_and_grad", outputs=(tensor("[0]"), tensor("[1]", 2), tensor("[2]")), scalar=3.25,
             gradients=(tensor("[0][0]", 3), tensor("[1][0]", 2)), positions=(1,), weights=("fc.weight",), has_aux=True,
             inputs=(tensor("", 3, of="scale"), tensor("", 3, of="x")), same=((0, 1),), closed_over=(1,),
             function="net"),
        call(1, "ms.grad", inside=0, positions=(0,), compiled=True),
    )  # fmt: skip
    assert asked(torch, mindspore) == [
        "                torch                            mindspore",
        "  call          0, in step 0                     0, in step 0",
        "  api           torch.autograd.grad              ms.value_and_grad of net",
        "  outputs       1: (4, 2) float32                3: () float32 ×2, (2,) float32",
        "  scalar        -0.5                             3.25",
        "  cotangents    1: (4, 2) float32                ones",
        "  positions     –                                1 (x)",
        "  weights       –                                fc.weight",
        "  has_aux       –                                yes",
        "  gradients     x (3,) float32, leaf 0 (2,)      x (3,) float32, fc.weight (2,)",
        "                float32                          float32",
        "  filled .grad  x, leaf 0                        –",
        "  same tensor   –                                0 (scale) and 1 (x)",
        "  closed over   –                                1 (x)",
        "              torch                             mindspore",
        "  call                                          1, in step 0",
        "  api                                           ms.grad",
        "  inside                                        the function of call 0",
        "  outputs                                       not seen",
        "  scalar                                        not seen",
        "  cotangents                                    ones",
        "  positions                                     0",
        "  has_aux                                       no",
        "  gradients                                     none",
        "  compiled                                      yes",
    ]


def test_one_below_the_other_where_it_is_narrow() -> None:
    name = "encoder.layers.0.attention.query.weight"
    torch = (call(outputs=(tensor("[0]"),), scalar=1.0, gradients=(tensor(f"['{name}']", 64, 64),)),)
    mindspore = (call(api="ms.grad", scalar=1.0, weights=(name,), gradients=(tensor("", 64, 64),)),)
    assert asked(torch, mindspore) == [
        "  torch",
        "    call        0, in step 0",
        "    api         Tensor.backward",
        "    outputs     1: () float32",
        "    scalar      1.0",
        "    cotangents  ones",
        f"    gradients   {name} (64, 64) float32",
        "  mindspore",
        "    call        0, in step 0",
        "    api         ms.grad",
        "    outputs     not seen",
        "    scalar      1.0",
        "    cotangents  ones",
        f"    weights     {name}",
        "    has_aux     no",
        f"    gradients   {name} (64, 64) float32",
    ]
    assert asked(torch, mindspore, width=120)[0].split() == ["torch", "mindspore"]


def test_calls_stand_beside_those_of_their_step() -> None:
    torch = tuple(call(number, step=number) for number in range(2))
    mindspore = tuple(call(number, "ms.grad", step=number // 2) for number in range(4))
    lines = [line.split() for line in asked(torch, mindspore) if line.startswith("  call")]
    assert lines == [
        ["call", "0,", "in", "step", "0", "0,", "in", "step", "0"],
        ["call", "1,", "in", "step", "0"],
        ["call", "1,", "in", "step", "1", "2,", "in", "step", "1"],
        ["call", "3,", "in", "step", "1"],
    ]


def test_calls_beyond_32_are_counted() -> None:
    torch = Trace(tuple(call(number, step=number) for number in range(40)), left_out=60)
    mindspore = Trace(tuple(call(number, "ms.grad", step=number) for number in range(33)))
    lines = of(traces={"torch": torch, "mindspore": mindspore})["Asked of autograd"]
    assert sum(line.startswith("  call") for line in lines) == 32
    assert lines[-2:] == [
        "  … and 68 calls more of torch: Tensor.backward ×8, 60 that were not kept",
        "  … and 1 call more of mindspore: ms.grad ×1",
    ]


def test_no_call_was_seen() -> None:
    assert asked((), ()) == ["  no call was seen"]


def test_where() -> None:
    checks = (
        SideCheck("torch", 1.5, 1.50001, None, -2.25e-11, 1e-5, "float64", True),
        SideCheck("mindspore", note="its calls cannot be seen"),
    )
    assert of(place=Place("forward", "the forward outputs differ", checks))["Where"] == [
        "  the forward outputs differ",
        "         slope  central  forward  backward   h      dtype",
        "  torch  1.5    1.50001  –        -2.25e-11  1e-05  float64  agrees",
        "  slope: the gradient times a random direction; central, forward, backward:",
        "      difference quotients along it, in steps of h times the size of each input",
        "  mindspore: its calls cannot be seen",
    ]


def test_facts_and_the_first_twenty_functions() -> None:
    torch = Trace(facts={"functions": {f"f{number}": number for number in range(25)}, "in place": {"add_": 2}})
    mindspore = Trace(facts={"modes": {"BatchNorm2d train": 3, "BatchNorm2d eval": 1}})
    assert of(traces={"torch": torch, "mindspore": mindspore})["Seen on the way"] == [
        "             torch                             mindspore",
        "  in place   add_ ×2                           –",
        "  modes      –                                 BatchNorm2d train ×3,",
        "                                               BatchNorm2d eval",
        "  functions  f0, f1, f2 ×2, f3 ×3, f4 ×4,      –",
        "             f5 ×5, f6 ×6, f7 ×7, f8 ×8,",
        "             f9 ×9, f10 ×10, f11 ×11,",
        "             f12 ×12, f13 ×13, f14 ×14,",
        "             f15 ×15, f16 ×16, f17 ×17,",
        "             f18 ×18, f19 ×19 and 5 more",
    ]


def test_what_was_tried_and_what_was_found() -> None:
    snippet = (
        "import mindspore as ms\nprint('a line of a snippet that is much longer than eighty columns, and stays one')"
    )
    found = of(
        tried=(
            Tried("sign", "measured", "not confirmed", 0.004),
            Tried("in_place", "keeping the write", "cannot run: torch: a leaf\nVariable " + "that " * 100, 1.25),
        ),
        causes=(Explanation("sign", "the port negates", "the ratio is -1", "drop the minus", ("grad['x']",), snippet),),
        unexplained=("grad['y']", "grad['z']"),
        notes=("an intervention was refused",),
        seconds=1.5,
    )
    assert found["Tried"][0] == "  sign      measured: not confirmed, 0.00 s"
    assert found["Tried"][1].startswith("  in_place  keeping the write: cannot run: torch: a leaf Variable that that")
    assert found["Tried"][-2].endswith("…, 1.25 s")
    assert found["Tried"][-1] == "  2 tried in 1.50 s"
    assert all(len(line) <= 80 for line in found["Tried"])
    assert found["Cause"] == [
        "  cause: sign. the port negates",
        "         confirmed: the ratio is -1",
        "  fix:   drop the minus; see docs/causes.md#sign",
        "         | import mindspore as ms",
        "         | print('a line of a snippet that is much longer than eighty columns, and stays one')",
        "  not explained: grad['y'], grad['z']",
    ]
    assert found["Notes"] == ["  an intervention was refused"]


def test_sections_that_have_nothing_to_say_are_left_out() -> None:
    assert explained(result("match", leaves=3, rerun="migcheck run theme/name"), 80) == [
        "MATCH theme/name",
        "  a case",
        "",
        "Findings",
        "  none in 3 leaves",
        "",
        "  rerun: migcheck run theme/name",
        "",
    ]


def test_a_stack_and_a_command_are_never_broken() -> None:
    failure = Failure("torch", "exception", "no " * 40, f"Traceback\n  {'x ' * 60}\n")
    lines = explained(result("error", failures=(failure,), rerun="migcheck run " + "y " * 60), 80)
    assert lines[4:6] == ["  torch: " + ("no " * 24).strip(), "      " + ("no " * 16).strip()]
    assert f"    stack |   {('x ' * 60).strip()}" in lines
    assert lines[-2].count("y") == 60


HOSTILE = "\x1b[31m\r\u202e"


def test_no_control_character_comes_through() -> None:
    bad = HOSTILE
    trace = Trace(
        (
            call(api=bad, outputs=(tensor(bad, 2, dtype=bad),), gradients=(tensor(f"['{bad}']", 2), tensor(bad)),
                 positions=(0, 1), inputs=(tensor("", of=bad), tensor("", of=bad)), same=((0, 1),), closed_over=(0,),
                 weights=(bad,), filled=(bad,), function=bad, cotangents=(tensor(bad, 2, dtype=bad),)),
            *(call(number, bad) for number in range(1, 40)),
        ),
        {bad: {bad: 1}, "functions": {bad: 2}},
    )  # fmt: skip
    why = Diagnosis(
        Place("forward", bad, (SideCheck("torch", 1.0, precision=bad), SideCheck("mindspore", note=bad))),
        (Explanation("sign", bad, bad, bad, (bad,), bad),),
        (bad,),
        (Tried(bad, bad, bad),),
        (bad,),
        {"torch": trace, "mindspore": trace},
    )
    outcome = result(
        "mismatch", bad, title=bad, guide=bad, rerun=bad, notes=(bad,), diagnosis=why, stale=(bad,),
        findings=(finding("missing", bad, message=bad),), failures=(Failure("torch", "exception", bad, bad, bad),),
    )  # fmt: skip
    for width in (0, 40, 80, 300):
        assert all(line.isprintable() for line in explained(outcome, width))


@pytest.mark.parametrize("width", [1, 40, 41, 79, 120, 1000])
def test_any_width(width: int) -> None:
    trace = Trace((call(outputs=tuple(tensor(f"[{at}]", *range(at)) for at in range(12)), scalar=1 / 3),))
    lines = explained(result("match", diagnosis=Diagnosis(Place("", ""), traces={"torch": trace})), width)
    assert max(map(len, lines)) <= min(max(width, 40), 120)
