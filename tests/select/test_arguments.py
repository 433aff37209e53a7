"""What the command line names."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from migcheck.errors import NothingSelected, UsageError
from migcheck.select.arguments import select
from tests.build import write_case

MATRIX = 'title = "a case"\ntags = ["slow"]\n[matrix]\nmode = ["pynative", "graph"]\n'

EVERYTHING = ["multi/named", "multi/summed[graph]", "multi/summed[pynative]", "optim/half", "optim/sgd"]


@pytest.fixture(autouse=True)
def cases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """``cases/`` in the working folder: three cases, one with a matrix, and one that cannot be read."""
    monkeypatch.chdir(tmp_path)
    root = tmp_path / "cases"
    write_case(root / "multi" / "named")
    write_case(root / "multi" / "summed", MATRIX)
    write_case(root / "optim" / "sgd")
    write_case(root / "optim" / "half", without="torch_program.py")
    return root


def selected(*arguments: str, keyword: str = "", failed: set[str] | None = None) -> list[str]:
    return sorted(item.id for item in select(arguments, keyword, None if failed is None else frozenset(failed)))


def refusal(*arguments: str, keyword: str = "", failed: set[str] | None = None) -> str:
    with pytest.raises((UsageError, NothingSelected)) as caught:
        selected(*arguments, keyword=keyword, failed=failed)
    return str(caught.value)


def test_everything_below_cases_if_nothing_is_named() -> None:
    assert selected() == EVERYTHING


def test_in_the_order_of_cases_and_of_their_matrix() -> None:
    assert [item.id for item in select((), "", None)] == [
        "multi/named",
        "multi/summed[pynative]",
        "multi/summed[graph]",
        "optim/half",
        "optim/sgd",
    ]


@pytest.mark.parametrize(
    "argument",
    [
        "multi/summed",
        "multi/summed/",
        "cases/multi/summed",
        "./cases/multi/summed",
        "cases/../cases/multi/summed",
    ],
)
def test_one_case(argument: str) -> None:
    assert selected(argument) == ["multi/summed[graph]", "multi/summed[pynative]"]


@pytest.mark.parametrize(
    "argument",
    [
        "multi/summed[graph]",
        "cases/multi/summed[graph]",
        "./cases/multi/summed[graph]",
        "cases/../cases/multi/summed[graph]",
    ],
)
def test_one_variant(argument: str) -> None:
    assert selected(argument) == ["multi/summed[graph]"]


def test_one_variant_from_a_folder_beside_the_cases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # what a report suggests to rerun, where it was run from another folder
    (tmp_path / "docs").mkdir()
    monkeypatch.chdir(tmp_path / "docs")
    assert selected("../cases/multi/summed") == ["multi/summed[graph]", "multi/summed[pynative]"]
    assert selected("../cases/multi/summed[graph]") == ["multi/summed[graph]"]


def test_by_absolute_path(cases: Path) -> None:
    assert selected(f"{cases}/multi/summed[graph]") == ["multi/summed[graph]"]
    assert selected(str(cases / "optim")) == ["optim/half", "optim/sgd"]


def test_several_arguments_select_each_item_once() -> None:
    assert selected("cases/optim", "optim/sgd", "./cases/optim/", "multi/named") == [
        "multi/named",
        "optim/half",
        "optim/sgd",
    ]


def test_all_orders_of_arguments_select_the_same() -> None:
    for arguments in itertools.permutations(["cases/optim", "multi/summed[graph]", "multi/named"]):
        assert selected(*arguments) == ["multi/named", "multi/summed[graph]", "optim/half", "optim/sgd"]


def test_a_case_that_cannot_be_read_is_selected_like_any_other() -> None:
    assert selected("optim/half") == ["optim/half"]
    assert selected(keyword="half") == ["optim/half"]
    assert selected(failed={"optim/half"}) == ["optim/half"]


def test_cases_in_a_folder_of_another_name(tmp_path: Path) -> None:
    write_case(tmp_path / "suite" / "norm" / "layer", MATRIX)
    assert selected("suite") == ["norm/layer[graph]", "norm/layer[pynative]"]
    assert selected("suite/norm/layer[graph]") == ["layer[graph]"]


def test_a_folder_and_one_of_its_variants(tmp_path: Path) -> None:
    write_case(tmp_path / "suite" / "norm" / "layer", MATRIX)
    assert len(selected("suite", "suite/norm/layer[graph]")) == 2


def test_a_keyword_matches_id_and_tags() -> None:
    assert selected(keyword="graph") == ["multi/summed[graph]"]
    assert selected(keyword="slow and not graph") == ["multi/summed[pynative]"]
    assert selected("cases/optim", keyword="sgd") == ["optim/sgd"]
    assert selected(keyword="  ") == EVERYTHING


def test_what_failed_last() -> None:
    assert selected(failed={"optim/sgd", "multi/summed[graph]"}) == ["multi/summed[graph]", "optim/sgd"]


def test_a_keyword_that_matches_nothing() -> None:
    assert refusal(keyword="nowhere") == "-k 'nowhere' matches no variant"


def test_nothing_failed_last_among_these() -> None:
    assert refusal("optim/sgd", failed={"multi/named"}) == "--lf: none of these variants failed in the last run"


def test_a_misspelt_id() -> None:
    assert refusal("multi/sumed") == "multi/sumed: neither a folder nor the id of a case; did you mean 'multi/summed'?"


def test_a_misspelt_cell() -> None:
    assert refusal("multi/summed[grph]") == (
        "multi/summed[grph]: neither a folder nor the id of a case; did you mean 'multi/summed[graph]'?"
    )


def test_an_id_like_no_other() -> None:
    assert refusal("zzz") == "zzz: neither a folder nor the id of a case"


def test_one_misspelt_id_beside_a_right_one() -> None:
    assert refusal("multi/named", "zzz") == "zzz: neither a folder nor the id of a case"


def test_a_file() -> None:
    assert refusal("cases/multi/named/case.toml") == "cases/multi/named/case.toml: a file; name the case's folder"


def test_no_cases_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    assert refusal() == "cases: no such folder; run it where your cases are, or name their folder"
    assert refusal("theme/name") == "theme/name: no such folder"


def test_a_folder_without_a_case(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert refusal("empty") == ("no case in empty; a case is a folder with case.toml and two programs (migcheck new)")


def test_a_folder_without_a_case_beside_one_with_cases(tmp_path: Path) -> None:
    # a misspelt or emptied folder must not pass for one that was checked
    (tmp_path / "empty").mkdir()
    assert refusal("cases", "empty") == (
        "no case in empty; a case is a folder with case.toml and two programs (migcheck new)"
    )


def test_a_keyword_that_does_not_parse() -> None:
    assert refusal(keyword="a and") == "-k 'a and': a word is missing; write words joined by and, or, not and brackets"


def test_a_case_that_cannot_be_read_now_stands_for_its_variants_that_failed() -> None:
    assert selected(failed={"optim/half[graph]"}) == ["optim/half"]


def test_a_case_that_could_not_be_read_stands_for_its_variants_now() -> None:
    assert selected(failed={"multi/summed"}) == ["multi/summed[graph]", "multi/summed[pynative]"]
