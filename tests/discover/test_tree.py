"""Find case folders and give them ids."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from migcheck.discover.case import BrokenCase, Case
from migcheck.discover.tree import cases_root, discover
from migcheck.errors import UsageError
from tests.build import write_case


def ids(*folders: Path) -> list[str]:
    return [case.id for case in discover(list(folders))]


def broken(folder: Path) -> BrokenCase:
    (case,) = discover([folder])
    assert isinstance(case, BrokenCase)
    return case


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    """``cases/`` with three cases in two themes."""
    root = tmp_path / "cases"
    for name in ("optim/sgd", "multi_output/summed", "multi_output/named"):
        write_case(root / name)
    return root


def test_all_cases_sorted_by_id(cases: Path) -> None:
    assert ids(cases) == ["multi_output/named", "multi_output/summed", "optim/sgd"]


def test_a_case_has_one_id_wherever_it_is_named_from(cases: Path) -> None:
    assert ids(cases / "multi_output") == ["multi_output/named", "multi_output/summed"]
    assert ids(cases / "multi_output" / "summed") == ["multi_output/summed"]
    assert ids(cases.parent) == ["cases/multi_output/named", "cases/multi_output/summed", "cases/optim/sgd"]


def test_each_case_once(cases: Path) -> None:
    assert ids(cases, cases / "optim", cases / "optim" / "sgd", cases) == ids(cases)


def test_a_relative_folder(cases: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(cases / "optim")
    assert ids(Path()) == ["optim/sgd"]
    assert ids(Path("..")) == ["multi_output/named", "multi_output/summed", "optim/sgd"]
    assert ids(Path("sgd")) == ["optim/sgd"]


def test_a_folder_of_another_name(tmp_path: Path) -> None:
    write_case(tmp_path / "suite" / "optim" / "sgd")
    assert ids(tmp_path / "suite") == ["optim/sgd"]
    assert ids(tmp_path / "suite" / "optim" / "sgd") == ["sgd"]


def test_a_case_that_can_be_read(cases: Path) -> None:
    (case,) = discover([cases / "optim"])
    assert isinstance(case, Case)
    assert case.folder == cases / "optim" / "sgd"
    assert case.folder.is_absolute()
    assert case.spec.title == "a case"


def test_the_project_of_a_case(cases: Path) -> None:
    (cases.parent / "pyproject.toml").touch()
    (case,) = discover([cases / "optim"])
    assert isinstance(case, Case)
    folder = cases / "optim" / "sgd"
    assert case.programs["torch"].path == (str(folder), str(cases.parent))
    (cases.parent / "src").mkdir()
    (case,) = discover([cases / "optim"])
    assert isinstance(case, Case)
    assert case.programs["mindspore"].path == (str(folder), str(cases.parent), str(cases.parent / "src"))


def test_the_programs_of_a_case(cases: Path) -> None:
    (case,) = discover([cases / "optim"])
    assert isinstance(case, Case)
    assert case.manifest == case.folder / "case.toml"
    found = {side: (program.file.name, program.function) for side, program in case.programs.items()}
    assert found == {
        "torch": ("torch_program.py", "program"),
        "mindspore": ("mindspore_program.py", "program"),
    }
    assert case.inputs_file is None
    (case.folder / "inputs.py").touch()
    (case,) = discover([cases / "optim"])
    assert isinstance(case, Case)
    assert case.inputs_file
    assert (case.inputs_file.file, case.inputs_file.function) == (case.folder / "inputs.py", "make_inputs")


def test_the_root_of_ids(tmp_path: Path) -> None:
    (tmp_path / "cases" / "cases").mkdir(parents=True)
    write_case(tmp_path / "other" / "name")
    assert cases_root(tmp_path / "cases") == tmp_path / "cases"
    assert cases_root(tmp_path / "cases" / "optim" / ".." / "sgd") == tmp_path / "cases"
    assert cases_root(tmp_path / "cases" / "cases") == tmp_path / "cases" / "cases"
    assert cases_root(tmp_path / "other") == tmp_path / "other"
    assert cases_root(tmp_path / "other" / "name") == tmp_path / "other"


def test_hidden_folders_hold_no_case(cases: Path) -> None:
    write_case(cases / ".git" / "hidden")
    write_case(cases / "__pycache__" / "cached")
    assert len(ids(cases)) == 3


def test_what_lies_below_a_case_belongs_to_it(cases: Path) -> None:
    (cases / "optim" / "sgd" / "net").mkdir()
    assert len(ids(cases)) == 3


def test_a_case_below_a_case_is_not_left_out(cases: Path) -> None:
    write_case(cases / "optim" / "sgd" / "nested")
    assert "optim/sgd/nested" in ids(cases)


def test_an_empty_folder(tmp_path: Path) -> None:
    assert ids(tmp_path) == []


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        discover([tmp_path / "cases"])
    assert str(caught.value) == f"{tmp_path}/cases: no such folder; run it where your cases are, or name their folder"


def test_not_a_folder(tmp_path: Path) -> None:
    (tmp_path / "cases").touch()
    with pytest.raises(UsageError) as caught:
        discover([tmp_path / "cases"])
    assert str(caught.value) == f"{tmp_path}/cases: not a folder; give a folder"


def test_two_cases_of_one_id(tmp_path: Path) -> None:
    one, other = write_case(tmp_path / "a" / "sgd"), write_case(tmp_path / "b" / "sgd")
    with pytest.raises(UsageError) as caught:
        discover([tmp_path / "a", tmp_path / "b"])
    assert str(caught.value) == f"two cases have the id sgd: {one} and {other}; run them apart"


@pytest.mark.parametrize(
    ("missing", "present"),
    [
        ("mindspore_program.py", "case.toml"),
        ("torch_program.py", "case.toml"),
        ("case.toml", "torch_program.py"),
    ],
)
def test_half_a_pair(tmp_path: Path, missing: str, present: str) -> None:
    folder = write_case(tmp_path / "cases" / "theme" / "half", without=missing)
    case = broken(tmp_path / "cases")
    assert case.id == "theme/half"
    assert case.problem == f"{folder / missing}: half a pair: {present} is there, {missing} is not"


def test_one_file_of_three(tmp_path: Path) -> None:
    folder = write_case(tmp_path / "cases" / "half", without="torch_program.py")
    (folder / "case.toml").unlink()
    assert broken(tmp_path).problem == (
        f"{folder}/case.toml: half a pair: mindspore_program.py is there, case.toml and torch_program.py are not"
    )


def test_an_unreadable_case_names_file_and_line(tmp_path: Path) -> None:
    folder = write_case(tmp_path / "cases" / "bad", 'title = "a"\n\n[inputs]\nx = { normall = [2] }\n')
    assert broken(tmp_path).problem == (
        f"{folder}/case.toml:4: unknown key 'normall' in inputs.x; did you mean 'normal'?"
    )


def test_an_unreadable_case_without_a_line(tmp_path: Path) -> None:
    folder = write_case(tmp_path / "cases" / "bad", "")
    assert broken(tmp_path).problem == f'{folder}/case.toml: a case needs a title; add title = "what should agree"'


def test_a_case_that_is_not_text(tmp_path: Path) -> None:
    folder = write_case(tmp_path / "cases" / "bad")
    (folder / "case.toml").write_bytes(b'title = "\xff"')
    assert broken(tmp_path).problem == f"{folder}/case.toml: not UTF-8 text"


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_case_that_may_not_be_read(tmp_path: Path) -> None:
    folder = write_case(tmp_path / "cases" / "bad")
    (folder / "case.toml").chmod(0)
    assert broken(tmp_path).problem == f"{folder}/case.toml: cannot be read: Permission denied"


@pytest.mark.parametrize(
    "toml",
    [
        'title = "a"\n[inputs]\nx = { integers = [2], high = inf }',
        'title = "a"\nx = ' + "[" * 5000 + "]" * 5000,
        'title = "a"\nseed = 1' + "0" * 5000,
    ],
    ids=["infinite", "deep", "long"],
)
def test_one_hostile_case_does_not_take_the_others_with_it(cases: Path, toml: str) -> None:
    write_case(cases / "theme" / "hostile", toml)
    assert len(ids(cases)) == 4


def test_a_case_behind_a_link_is_not_left_out(cases: Path, tmp_path: Path) -> None:
    write_case(tmp_path / "elsewhere" / "theme" / "far")
    (cases / "linked").symlink_to(tmp_path / "elsewhere" / "theme")
    assert "linked/far" in ids(cases)


def test_links_in_a_circle(cases: Path) -> None:
    (cases / "optim" / "circle").symlink_to(cases)
    assert "optim/sgd" in ids(cases)


@pytest.mark.parametrize(("folder", "shown"), [("a[graph]", "a[graph]"), ("a\nb", "a\\nb")])
def test_a_name_that_cannot_stand_in_an_id(cases: Path, folder: str, shown: str) -> None:
    write_case(cases / "theme" / folder)
    broken = next(case for case in discover([cases]) if case.id == f"theme/{shown}")
    assert isinstance(broken, BrokenCase)
    assert broken.problem.endswith(
        "the folder's name stands in ids, so it must be printable text without brackets; rename it"
    )


def test_a_linked_case_is_found_once(cases: Path) -> None:
    (cases / "optim" / "again").symlink_to(cases / "optim" / "sgd")
    assert ids(cases / "optim") == ["optim/sgd"]
