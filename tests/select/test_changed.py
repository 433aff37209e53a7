"""Which cases a change touches."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migcheck.discover.case import BrokenCase, Case, Item
from migcheck.discover.tree import discover
from migcheck.errors import UsageError
from migcheck.select import affected as affected_module
from migcheck.select.affected import Affected, affected
from migcheck.select.changed import Changed, changed_files

A, B = "cases/theme/a", "cases/theme/b"

NAMES = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}


@pytest.fixture(autouse=True)
def settings_of_git(monkeypatch: pytest.MonkeyPatch) -> None:
    """git as it is without any settings of the user or the machine."""
    for name, value in {**NAMES, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}.items():
        monkeypatch.setenv(name, value)
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_CEILING_DIRECTORIES"):
        monkeypatch.delenv(name, raising=False)


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), "-c", "commit.gpgsign=false", "-c", "protocol.file.allow=always", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(dedent(text), encoding="utf-8")


def commit(root: Path, files: dict[str, str] | None = None, message: str = "x") -> None:
    write(root, files or {})
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", message)


def case(name: str, torch: str = "", mindspore: str = "", toml: str = "") -> dict[str, str]:
    files = {"case.toml": f'title = "a case"\n{toml}', "torch_program.py": torch, "mindspore_program.py": mindspore}
    return {f"{name}/{file}": text for file, text in files.items()}


def repository(root: Path, files: dict[str, str]) -> Path:
    """A repository with one commit, tagged ``base``."""
    root.mkdir(parents=True, exist_ok=True)
    git(root, "init", "-q", "-b", "main", "--template=")
    commit(root, files)
    git(root, "tag", "base")
    return root


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """Two cases without imports, and a few files."""
    files = {"pyproject.toml": "", "README.md": "", "lib.py": "", "notes/x.txt": ""}
    return repository(tmp_path / "repo", {**files, **case(A), **case(B)})


def changed(root: Path, ref: str = "base") -> set[str]:
    return set(changed_files(ref, root).files)


def refusal(ref: str, root: Path) -> str:
    with pytest.raises(UsageError) as caught:
        changed_files(ref, root)
    assert caught.value.exit_code == 2
    return str(caught.value)


def look(root: Path, cases: str = "cases") -> Affected:
    """Which cases git's changes since ``base`` affect."""
    return affected(discover([root / cases]), changed_files("base", root))


def reasons(root: Path) -> dict[str, str]:
    return dict(look(root).reasons)


def touched(root: Path, files: dict[str, str], *paths: str, delete: bool = False) -> dict[str, str]:
    """Why cases are affected in a folder with these files, once ``paths`` have changed."""
    write(root, {"pyproject.toml": "", **files, **({} if delete else dict.fromkeys(paths, "# changed"))})
    for path in paths if delete else ():
        (root / path).unlink()
    return dict(affected(discover([root / "cases"]), since(root, files, *paths)).reasons)


def since(root: Path, files: Iterable[str], *paths: str) -> Changed:
    """What git would say."""
    return Changed(root.resolve(), frozenset(paths), tracked=frozenset({"pyproject.toml", *files}))


# What git says


def test_nothing_has_changed(repo: Path) -> None:
    found = changed_files("base", repo)
    assert (found.root, found.files, found.whole, found.links) == (
        repo.resolve(),
        frozenset(),
        frozenset(),
        frozenset(),
    )
    assert found.tracked >= {"README.md", "lib.py", "notes/x.txt", f"{A}/case.toml"}


def test_all_ways_to_change(repo: Path) -> None:
    commit(repo, {"committed.py": ""})
    write(repo, {"staged.py": "", "README.md": "unstaged"})
    git(repo, "add", "staged.py")
    (repo / "lib.py").unlink()
    write(repo, {"notes/untracked.txt": "", ".gitignore": "ignored*\n", "ignored.py": ""})
    wanted = {"committed.py", "staged.py", "README.md", "lib.py", "notes/untracked.txt", ".gitignore"}
    assert changed(repo) == wanted
    assert changed(repo / "notes") == wanted


def test_deleted_and_moved_in_a_commit(repo: Path) -> None:
    git(repo, "rm", "-q", "README.md")
    git(repo, "mv", "lib.py", "moved.py")
    commit(repo)
    assert changed(repo) == {"README.md", "lib.py", "moved.py"}


def test_what_is_changed_back_where_it_is_not_committed(repo: Path) -> None:
    commit(repo, {"README.md": "committed", "lib.py": "x"})
    write(repo, {"README.md": ""})
    git(repo, "add", "README.md")
    write(repo, {"lib.py": ""})
    assert changed(repo) == {"README.md", "lib.py"}


def test_removed_from_the_index_alone(repo: Path) -> None:
    git(repo, "rm", "-q", "--cached", "lib.py")
    assert changed(repo) == {"lib.py"}


def test_made_executable(repo: Path) -> None:
    (repo / "lib.py").chmod(0o755)
    assert changed(repo) == {"lib.py"}


def test_only_touched(repo: Path) -> None:
    os.utime(repo / "lib.py", (1, 1))
    assert changed(repo) == set()


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_what_git_is_told_not_to_look_at(repo: Path, flag: str) -> None:
    git(repo, "update-index", flag, "lib.py")
    write(repo, {"lib.py": "x"})
    assert changed(repo) == {"lib.py"}


def test_what_is_not_checked_out(repo: Path) -> None:
    git(repo, "sparse-checkout", "set", "cases")
    assert not (repo / "notes").exists()
    assert changed(repo) == set()


def test_names_of_all_kinds(repo: Path) -> None:
    names = {" a b\t.py", "näme.py", 'quo"te.py', "new\nline.py", "-dash.py", ":(glob)*.py", os.fsdecode(b"\xff.py")}
    write(repo, dict.fromkeys(names, ""))
    assert changed(repo) == names
    commit(repo)
    assert changed(repo) == names


def test_since_the_commit_at_which_head_left(repo: Path) -> None:
    git(repo, "checkout", "-q", "-b", "topic")
    commit(repo, {"topic.py": ""})
    git(repo, "checkout", "-q", "main")
    commit(repo, {"main.py": ""})
    git(repo, "checkout", "-q", "topic")
    assert changed(repo, "main") == {"topic.py"}
    git(repo, "merge", "-q", "-m", "x", "main")
    assert changed(repo, "main") == {"topic.py"}


def test_two_branches_that_were_merged_into_each_other(repo: Path) -> None:
    for name in ("one", "two"):
        git(repo, "checkout", "-q", "-b", name, "base")
        commit(repo, {f"{name}.py": ""})
    git(repo, "checkout", "-q", "one")
    git(repo, "merge", "-q", "-m", "x", "two")
    git(repo, "checkout", "-q", "two")
    git(repo, "merge", "-q", "-m", "x", "one~1")
    assert len(git(repo, "merge-base", "--all", "one", "two").split()) == 2
    assert changed(repo, "one") == {"one.py", "two.py"}  # since either of the commits


@pytest.mark.parametrize("ref", ["base", "main", "HEAD", "HEAD~0", "refs/tags/base", "annotated", "HEAD^{/x}", "@"])
def test_ways_to_name_a_commit(repo: Path, ref: str) -> None:
    git(repo, "tag", "-a", "annotated", "-m", "x")
    assert changed(repo, ref) == set()


def test_by_hash(repo: Path) -> None:
    assert changed(repo, git(repo, "rev-parse", "HEAD")) == set()
    assert changed(repo, git(repo, "rev-parse", "--short", "HEAD")) == set()


def test_whatever_is_set(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "diff.renames": "copies", "diff.relative": "true", "diff.noprefix": "true", "diff.external": "false",
        "diff.orderFile": "/nowhere", "diff.ignoreSubmodules": "all", "diff.submodule": "log", "color.ui": "always",
        "core.quotePath": "true", "status.showUntrackedFiles": "no", "diff.mnemonicPrefix": "true",
    }.items():  # fmt: skip
        git(repo, "config", name, value)
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "false")
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")
    commit_environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_DIR")}
    commit_environment.pop("GIT_INDEX_FILE")
    subprocess.run(["git", "-C", str(repo), "mv", "README.md", "READ.md"], check=True, env=commit_environment)
    write(repo, {"notes/new.txt": ""})
    assert changed(repo / "notes") == {"README.md", "READ.md", "notes/new.txt"}


def test_through_a_link_to_the_repository(repo: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(repo)
    write(repo, {"lib.py": "x"})
    found = changed_files("base", tmp_path / "link" / "cases")
    assert (found.root, found.files) == (repo.resolve(), {"lib.py"})


def test_links_stand_for_what_they_lead_to(repo: Path) -> None:
    (repo / "link").symlink_to("notes")
    commit(repo)
    found = changed_files("base", repo)
    assert (found.files, found.whole, found.links) == ({"link"}, {"link"}, {"link"})


def test_a_submodule(repo: Path, tmp_path: Path) -> None:
    other = repository(tmp_path / "other", {"net.py": "", "sub/deep.py": ""})
    git(repo, "submodule", "--quiet", "add", str(other), "vendored")
    commit(repo)
    git(repo, "tag", "-f", "base")
    assert changed_files("base", repo).files == frozenset()
    assert changed_files("base", repo).tracked >= {"vendored/net.py", "vendored/sub/deep.py"}
    write(repo, {"vendored/net.py": "x"})
    for _ in range(2):  # changed in its work tree, and with another commit
        found = changed_files("base", repo)
        assert (found.files, found.whole) == ({"vendored"}, {"vendored"})
        commit(repo / "vendored")


def test_a_submodule_that_is_not_there(repo: Path, tmp_path: Path) -> None:
    other = repository(tmp_path / "other", {"net.py": ""})
    git(repo, "submodule", "--quiet", "add", str(other), "vendored")
    commit(repo)
    git(tmp_path, "clone", "-q", str(repo), "clone")
    found = changed_files("origin/main", tmp_path / "clone")
    assert (found.files, "vendored" in found.tracked) == (frozenset(), True)


def test_a_repository_in_the_repository(repo: Path) -> None:
    repository(repo / "inner", {"net.py": ""})
    found = changed_files("base", repo)
    assert (found.files, found.whole) == ({"inner"}, {"inner"})


def test_a_shallow_clone(repo: Path, tmp_path: Path) -> None:
    git(repo, "checkout", "-q", "-b", "topic")
    commit(repo, {"topic.py": ""})
    git(repo, "checkout", "-q", "main")
    commit(repo, {"main.py": ""})
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth=1", "--branch=topic", repo.as_uri(), str(clone))
    assert refusal("origin/main", clone) == (
        "--changed-since 'origin/main': git knows no such commit, branch or tag; this clone is shallow, so fetch it "
        "first: fetch-depth: 0 in actions/checkout, or git fetch --unshallow"
    )
    git(clone, "fetch", "-q", "--depth=1", "origin", "main:refs/remotes/origin/main")
    assert refusal("origin/main", clone) == (
        "--changed-since 'origin/main': this clone is shallow and lacks the commit at which HEAD left it; "
        "use fetch-depth: 0 in actions/checkout, or git fetch --unshallow"
    )
    git(clone, "fetch", "-q", "--unshallow", "origin")
    assert changed(clone, "origin/main") == {"topic.py"}


def test_nothing_in_common(repo: Path) -> None:
    git(repo, "checkout", "-q", "--orphan", "other")
    commit(repo, message="another")
    assert refusal("main", repo) == (
        "--changed-since 'main': it has no commit in common with HEAD; name the branch that this one started from"
    )


@pytest.mark.parametrize("ref", ["nowhere", "main..base", "^main", "main:README.md", "origin/main", "~"])
def test_no_such_commit(repo: Path, ref: str) -> None:
    assert refusal(ref, repo) == (
        f"--changed-since {ref!r}: git knows no such commit, branch or tag; fetch it, or name another"
    )


@pytest.mark.parametrize("ref", ["--upload-pack=touch x", "-h", "-", "", " ", "a\nb", "a\0b"])
def test_what_is_no_name(repo: Path, ref: str) -> None:
    assert refusal(ref, repo) == (
        f"--changed-since {ref!r}: no name of a commit; give a branch, a tag or a commit, such as origin/main"
    )


def test_no_commit_yet(repo: Path) -> None:
    git(repo, "checkout", "-q", "--orphan", "fresh")
    assert refusal("main", repo) == ("--changed-since 'main': HEAD has no commit yet to compare with; commit first")


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert refusal("main", tmp_path) == (
        f"--changed-since 'main': {tmp_path} is in no git repository; run it in a checkout, or leave the option out"
    )


def test_no_work_tree(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--bare", "bare")
    assert refusal("main", tmp_path / "bare") == (
        f"--changed-since 'main': {tmp_path / 'bare'} is in a git repository without a work tree; "
        "run it in a checkout, or leave the option out"
    )


def test_a_repository_of_another_user(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert refusal("main", repo) == (
        "--changed-since 'main': the repository belongs to another user; if you trust it: "
        f"git config --global --add safe.directory {repo.resolve()}"
    )


def test_no_folder(tmp_path: Path) -> None:
    assert refusal("main", tmp_path / "gone") == (
        "--changed-since 'main': git cannot tell what has changed: "
        f"cannot change to '{tmp_path / 'gone'}': No such file or directory"
    )


def test_a_damaged_repository(repo: Path) -> None:
    (repo / ".git" / "index").write_bytes(b"no index")
    assert refusal("main", repo).startswith("--changed-since 'main': git cannot tell what has changed: ")


def test_no_git(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert refusal("main", repo) == (
        "--changed-since needs git, which cannot be started; install it, or leave the option out"
    )


# A case's own folder


def test_nothing_changed_and_all_is_left_out(repo: Path) -> None:
    assert look(repo) == Affected({}, ("theme/a", "theme/b"))


@pytest.mark.parametrize("file", ["case.toml", "torch_program.py", "notes/why.md", "__init__.py", "inputs.py"])
def test_a_file_of_its_folder(repo: Path, file: str) -> None:
    write(repo, {f"{A}/{file}": 'title = "changed"\n'})
    assert look(repo) == Affected({"theme/a": f"{A}/{file} changed"}, ("theme/b",))


def test_a_file_of_its_folder_is_deleted(tmp_path: Path) -> None:
    files = {**case(A), f"{A}/net.py": "", **case(B)}
    assert touched(tmp_path, files, f"{A}/net.py", delete=True) == {"theme/a": f"{A}/net.py changed"}


def test_a_new_case(repo: Path) -> None:
    write(repo, case("cases/theme/new"))
    assert reasons(repo) == {"theme/new": "cases/theme/new/case.toml changed"}


def test_a_case_in_a_case(tmp_path: Path) -> None:
    files = {**case(A), **case(f"{A}/inner")}
    said = f"{A}/inner/x.md changed"
    assert touched(tmp_path, files, f"{A}/inner/x.md") == {"theme/a/inner": said, "theme/a": said}


def test_a_folder_whose_name_begins_alike(tmp_path: Path) -> None:
    assert touched(tmp_path, {**case(A), **case(f"{A}b")}, f"{A}b/x.txt") == {"theme/ab": f"{A}b/x.txt changed"}


def test_what_python_keeps_beside_its_files_is_no_change(repo: Path) -> None:
    write(repo, {f"{A}/__pycache__/torch_program.cpython-311.pyc": ""})
    assert reasons(repo) == {}


def test_names_that_would_move_the_cursor(repo: Path) -> None:
    write(repo, {f"{A}/\x1b[2J.md": "", f"{B}/{os.fsdecode(bytes([255]))}.md": ""})
    assert reasons(repo) == {"theme/a": f"{A}/\\x1b[2J.md changed", "theme/b": f"{B}/\\udcff.md changed"}


def test_a_case_that_cannot_be_read_is_kept(repo: Path) -> None:
    broken = BrokenCase("theme/broken", repo / "cases/theme/broken", "half a pair")
    found = affected([broken, *discover([repo / "cases"])], changed_files("base", repo))
    assert found == Affected({"theme/broken": "it cannot be read"}, ("theme/a", "theme/b"))
    assert found.keeps(broken)


def test_variants_go_by_their_case(repo: Path) -> None:
    write(repo, case(A, toml='[matrix]\nmode = ["graph", "pynative"]\n'))
    items: list[Item] = []
    for each in discover([repo / "cases"]):
        assert isinstance(each, Case)
        items += each.variants()
    found = affected(items, changed_files("base", repo))
    assert found == Affected({"theme/a": f"{A}/case.toml changed"}, ("theme/b",))
    assert [item.id for item in items if found.keeps(item)] == ["theme/a[graph]", "theme/a[pynative]"]


def test_a_case_elsewhere(repo: Path, tmp_path: Path) -> None:
    write(tmp_path, case("outside/cases/theme/c"))
    found = affected(discover([tmp_path / "outside" / "cases"]), changed_files("base", repo))
    assert found.reasons == {"theme/c": f"it is not in the repository {repo.resolve()}"}


def test_a_case_that_git_ignores(repo: Path) -> None:
    write(repo, {".git/info/exclude": "cases/theme/own\n", **case("cases/theme/own")})
    assert reasons(repo) == {"theme/own": "git knows nothing of its case.toml, so nothing of its changes"}


# What all cases depend on


@pytest.mark.parametrize(
    "file",
    [
        *("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "requirements-dev.txt", "requirements/ci.txt"),
        *("constraints.txt", "uv.lock", "poetry.lock", "pdm.lock", "conda-lock.yml", "pylock.toml", "Pipfile"),
        *("Pipfile.lock", "environment.yml", "environment-gpu.yaml", "conda.yml", ".python-version", "Dockerfile"),
        *("Dockerfile.gpu", "docker/Dockerfile", ".devcontainer/devcontainer.json", ".github/workflows/ci.yml"),
        *("cases/requirements.txt", "cases/requirements/ci.in"),
    ],
)
def test_declarations_of_what_is_installed(tmp_path: Path, file: str) -> None:
    said = f"{file} changed, which may change the installed frameworks"
    assert touched(tmp_path, {**case(A), **case(B)}, file) == {"theme/a": said, "theme/b": said}


@pytest.mark.parametrize("file", ["docs/requirements.txt", "tools/pyproject.toml", "README.md", "my-requirements.md"])
def test_declarations_of_something_else(tmp_path: Path, file: str) -> None:
    assert touched(tmp_path, {**case(A), **case(B)}, file) == {}


def test_a_deleted_declaration(repo: Path) -> None:
    (repo / "pyproject.toml").unlink()
    assert set(reasons(repo)) == {"theme/a", "theme/b"}


def test_declarations_of_one_theme(tmp_path: Path) -> None:
    files = {**case(A), **case("cases/other/c")}
    assert touched(tmp_path, files, "cases/other/requirements.txt") == {
        "other/c": "cases/other/requirements.txt changed, which may change the installed frameworks"
    }


def test_declarations_of_a_project_that_is_imported(tmp_path: Path) -> None:
    files = {**case(A, "import tools"), **case(B), "packages/tools/tools/__init__.py": ""}
    assert touched(tmp_path, files, "packages/tools/pyproject.toml") == {
        "theme/a": "packages/tools/pyproject.toml changed, which may change the installed frameworks"
    }


def test_a_source_of_a_compiled_module(repo: Path) -> None:
    write(repo, {"ops/fused.cu": ""})
    said = "ops/fused.cu changed, which may change a compiled module"
    assert reasons(repo) == {"theme/a": said, "theme/b": said}


def test_a_source_in_the_folder_of_a_case(repo: Path) -> None:
    write(repo, {f"{A}/fused.cpp": ""})
    assert reasons(repo) == {"theme/a": f"{A}/fused.cpp changed"}


def test_migcheck_itself(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(repo, {"checker/compare/x.py": ""})
    monkeypatch.setattr(affected_module, "_MIGCHECK", str(repo.resolve() / "checker"))
    said = "checker/compare/x.py changed, and it is part of migcheck"
    assert reasons(repo) == {"theme/a": said, "theme/b": said}


@pytest.mark.parametrize(
    ("installed", "before", "said"),
    [
        ({"torch": "2.13.0"}, {"torch": "2.12.0"}, "torch was 2.12.0 when last checked here and is 2.13.0"),
        (
            {"torch": "2.13.0", "mindspore": "2.10.0"},
            {"torch": "2.13.0", "mindspore": "2.9.0"},
            "mindspore was 2.9.0 when last checked here and is 2.10.0",
        ),
        ({"torch": "2.13.0"}, {"torch": "2.13.0"}, ""),
        ({"torch": "2.13.0"}, {}, ""),
        ({}, {"torch": "2.13.0"}, ""),
        ({"torch": "2.13.0"}, {"torch": ""}, ""),
        ({"torch": ""}, {"torch": "2.13.0"}, ""),
        ({"torch": "2.13.0"}, {"mindspore": "2.9.0"}, ""),
    ],
)
def test_versions_of_the_frameworks(
    tmp_path: Path, installed: dict[str, str], before: dict[str, str], said: str
) -> None:
    files = {**case(A), **case(B)}
    write(tmp_path, files)
    cases, changed = discover([tmp_path / "cases"]), since(tmp_path, files)
    found = affected(cases, changed, installed=installed, before={"theme/a": before})
    assert found.reasons == ({"theme/a": said} if said else {})


# Imports


@pytest.mark.parametrize("delete", [False, True])
def test_a_module_that_a_program_imports(tmp_path: Path, delete: bool) -> None:
    files = {**case(A, mindspore="from model import layers"), **case(B), "model/layers.py": "", "model/other.py": ""}
    assert touched(tmp_path, files, "model/layers.py", "model/other.py", delete=delete) == {
        "theme/a": "model/layers.py, imported by mindspore_program.py, changed"
    }


@pytest.mark.parametrize("delete", [False, True])
def test_a_module_that_an_imported_module_imports(tmp_path: Path, delete: bool) -> None:
    files = {**case(A, "from model import net"), **case(B), "model/net.py": "from .layers import x"}
    assert touched(tmp_path, {**files, "model/layers.py": ""}, "model/layers.py", delete=delete) == {
        "theme/a": "model/layers.py, imported by torch_program.py through model/net.py, changed"
    }


def test_a_module_of_the_folder_leads_to_others(tmp_path: Path) -> None:
    files = {**case(A, "import net"), f"{A}/net.py": "import lib", "lib.py": "", **case(B)}
    assert touched(tmp_path, files, "lib.py") == {
        "theme/a": "lib.py, imported by torch_program.py through net.py, changed"
    }


def test_what_the_inputs_import(tmp_path: Path) -> None:
    files = {**case(A), f"{A}/inputs.py": "import lib", "lib.py": "", **case(B)}
    assert touched(tmp_path, files, "lib.py") == {"theme/a": "lib.py, imported by inputs.py, changed"}


def test_a_whole_package_is_deleted(tmp_path: Path) -> None:
    files = {**case(A, "import spread.sub.mod"), "spread/sub/mod.py": "", **case(B)}
    repository(tmp_path, files)
    git(tmp_path, "rm", "-rq", "spread")
    commit(tmp_path)
    assert reasons(tmp_path) == {"theme/a": "spread/sub/mod.py, imported by torch_program.py, changed"}


def test_the_folder_of_sources_is_deleted(tmp_path: Path) -> None:
    repository(tmp_path, {"pyproject.toml": "", **case(A, "import net.layers"), "src/net/layers.py": "", **case(B)})
    git(tmp_path, "rm", "-rq", "src")
    assert reasons(tmp_path) == {"theme/a": "src/net/layers.py, imported by torch_program.py, changed"}


def test_a_new_module_in_front_of_another(tmp_path: Path) -> None:
    files = {"pyproject.toml": "", **case(A, "import net"), "src/net.py": "", **case(B)}
    assert touched(tmp_path, files, "net.py") == {"theme/a": "net.py, imported by torch_program.py, changed"}


def test_a_moved_module(tmp_path: Path) -> None:
    repository(tmp_path, {**case(A, "import old"), **case(B, "import new"), "old.py": "x = 1\n" * 20})
    git(tmp_path, "mv", "old.py", "new.py")
    commit(tmp_path)
    assert reasons(tmp_path) == {
        "theme/a": "old.py, imported by torch_program.py, changed",
        "theme/b": "new.py, imported by torch_program.py, changed",
    }


@pytest.mark.parametrize("file", ["pkg/new.py", "pkg/sub/__init__.py"])
@pytest.mark.parametrize("delete", [False, True])
def test_any_module_of_a_package_of_which_all_is_imported(tmp_path: Path, file: str, delete: bool) -> None:
    files = {**case(A, "from pkg import *"), **case(B, "import pkg"), "pkg/__init__.py": "", file: ""}
    assert touched(tmp_path, {**files, "pkg/sub/deep.py": ""}, file, "pkg/sub/deep.py", delete=delete) == {
        "theme/a": f"{file}, imported by torch_program.py, changed"
    }


def test_a_module_that_is_named_by_a_string(tmp_path: Path) -> None:
    files = {**case(A, "load(HERE / 'configs/net.py')"), **case(B), "configs/net.py": "import lib", "lib.py": ""}
    assert touched(tmp_path / "1", files, "configs/net.py") == {
        "theme/a": "configs/net.py, named by torch_program.py, changed"
    }
    assert touched(tmp_path / "2", files, "lib.py") == {
        "theme/a": "lib.py, imported by torch_program.py through configs/net.py, changed"
    }


def test_imports_that_cannot_be_read(tmp_path: Path) -> None:
    text = "import importlib\n\nnet = importlib.import_module(name)\n"
    files = {**case(A, text), **case(B, "import lib"), "lib.py": "import sys\nsys.path.append('x')", "notes.txt": ""}
    assert touched(tmp_path, files, "notes.txt") == {
        "theme/a": "its imports cannot be read: torch_program.py:3 calls importlib.import_module(name)",
        "theme/b": "its imports cannot be read: lib.py:2 uses sys.path",
    }


def test_what_can_be_said_of_a_case_goes_before_that(tmp_path: Path) -> None:
    files = {**case(A, "exec(text)", "import lib"), "lib.py": ""}
    assert touched(tmp_path, files, "lib.py") == {"theme/a": "lib.py, imported by mindspore_program.py, changed"}


def test_imports_that_cannot_be_read_though_nothing_changed(tmp_path: Path) -> None:
    # what has changed is asked only of git, which does not see all that such a program may import
    assert touched(tmp_path, {**case(A, "def ("), **case(B)}) == {
        "theme/a": "its imports cannot be read: torch_program.py:1 is not valid Python"
    }


# Data


@pytest.mark.parametrize("file", ["net/weights.npy", "net/data/deep/table.bin", "net/README.md"])
@pytest.mark.parametrize("delete", [False, True])
def test_data_in_an_imported_package(tmp_path: Path, file: str, delete: bool) -> None:
    files = {**case(A, "import net.layers"), **case(B), "net/layers.py": "", "net/x.py": "", file: ""}
    assert touched(tmp_path, files, file, "net/x.py", delete=delete) == {
        "theme/a": f"{file}, beside a module imported by torch_program.py, changed"
    }


def test_data_above_an_imported_package(tmp_path: Path) -> None:
    files = {**case(A, "import net.sub"), **case(B), "net/sub/__init__.py": "", "net/weights.npy": "", "w.npy": ""}
    assert touched(tmp_path, files, "net/weights.npy", "w.npy") == {}


def test_a_readme_at_the_root_touches_nothing(tmp_path: Path) -> None:
    files = {**case(A, "import lib"), **case(B, "import net"), "lib.py": "", "net/__init__.py": "", "README.md": ""}
    assert touched(tmp_path, files, "README.md") == {}


@pytest.mark.parametrize(
    "text", ["'w.npy'", "'data/w.npy'", "f'{x}w.npy'", "HERE + '.npy'", "glob('*.npy')", "b'w.npy'"]
)
@pytest.mark.parametrize("file", ["w.npy", "cases/theme/w.npy", "shared/w.npy"])
def test_data_that_a_module_at_the_root_names(tmp_path: Path, text: str, file: str) -> None:
    files = {**case(A, "import lib"), **case(B), "lib.py": f"load({text})", file: ""}
    assert touched(tmp_path, files, file) == {"theme/a": f"{file}, named by torch_program.py through lib.py, changed"}


def test_data_that_a_program_names(tmp_path: Path) -> None:
    text = "np.load(Path(__file__).parent.parent / 'shared' / 'weights.npy')"
    files = {**case(A, mindspore=text), **case(B), "cases/theme/shared/weights.npy": ""}
    assert touched(tmp_path, files, "cases/theme/shared/weights.npy", delete=True) == {
        "theme/a": "cases/theme/shared/weights.npy, named by mindspore_program.py, changed"
    }


def test_data_in_a_folder_that_a_program_names(tmp_path: Path) -> None:
    files = {**case(A, "from_pretrained(HERE.parent / 'tiny')"), **case(B, "x = 'theme'"), "cases/theme/tiny/model": ""}
    assert touched(tmp_path, files, "cases/theme/tiny/model") == {
        "theme/a": "cases/theme/tiny/model, in a folder named by torch_program.py, changed"
    }


def test_another_case_is_no_folder_of_data(tmp_path: Path) -> None:
    files = {**case(A, "bias = {'b': b.grad}"), **case(B)}
    write(tmp_path, files)
    found = affected(discover([tmp_path / "cases"]), since(tmp_path, files, *case(B)))
    assert found.reasons == {"theme/b": f"{B}/case.toml changed"}


def test_an_array_that_is_loaded(tmp_path: Path) -> None:
    files = {
        **case(A, toml='[inputs]\nx = { load = "../../shared/table.npy" }\n'),
        **case(B),
        "cases/shared/table.npy": "",
    }
    assert touched(tmp_path, files, "cases/shared/table.npy") == {
        "theme/a": "cases/shared/table.npy, loaded by case.toml, changed"
    }


def test_an_array_that_the_matrix_names(tmp_path: Path) -> None:
    toml = '[matrix]\nmode = ["graph"]\ntable = ["one.npy", "two"]\n'
    files = {**case(A, toml=toml), **case(B), "shared/one.npy": "", "shared/two/w.bin": "", "graph": ""}
    for number, file in enumerate(("shared/one.npy", "shared/two/w.bin")):
        assert touched(tmp_path / str(number), files, file, "graph") == {
            "theme/a": f"{file}, named by case.toml, changed"
        }


# Links and submodules


def test_a_case_that_is_a_link(tmp_path: Path) -> None:
    repository(tmp_path, {**case("store/a"), **case(B)})
    (tmp_path / A).symlink_to("../../store/a")
    commit(tmp_path)
    git(tmp_path, "tag", "-f", "base")
    assert reasons(tmp_path) == {}
    write(tmp_path, {"store/a/torch_program.py": "x"})
    assert reasons(tmp_path) == {"theme/a": "store/a/torch_program.py changed"}
    commit(tmp_path)
    git(tmp_path, "tag", "-f", "base")
    (tmp_path / A).unlink()
    (tmp_path / "store/other").symlink_to("a")
    (tmp_path / A).symlink_to("../../store/other")
    assert reasons(tmp_path) == {"theme/a": f"{A} changed"}


def test_cases_through_a_link_from_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    repo = repository(tmp_path / "repo", {"pyproject.toml": "", **case(A, "import lib"), **case(B), "lib.py": ""})
    (tmp_path / "link").symlink_to(repo / "cases")
    write(repo, {"lib.py": "x", f"{B}/x.md": ""})
    found = affected(discover([tmp_path / "link"]), changed_files("base", tmp_path / "link"))
    assert found.reasons == {
        "theme/a": "lib.py, imported by torch_program.py, changed",
        "theme/b": f"{B}/x.md changed",
    }


@pytest.mark.parametrize(
    ("link", "target", "file", "said"),
    [
        (f"{A}/table.npy", "../../../store/t.npy", "store/t.npy", "store/t.npy changed"),
        (f"{A}/torch_program.py", "../../../store/p.py", "store/p.py", "store/p.py changed"),
        (f"{A}/data", "../../../store", "store/deep/t.npy", "store/deep/t.npy changed"),
        ("lib", "store/pkg", "store/pkg/__init__.py", "{}, imported by torch_program.py, changed"),
        ("lib.py", "store/p.py", "store/p.py", "{}, imported by torch_program.py, changed"),
        ("net/lib", "../store", "store/x.bin", "{}, beside a module imported by torch_program.py, changed"),
        ("named.npy", "store/t.npy", "store/t.npy", "{}, named by torch_program.py, changed"),
    ],
)
def test_links_in_the_repository(tmp_path: Path, link: str, target: str, file: str, said: str) -> None:
    store = {
        "store/t.npy": "",
        "store/p.py": "",
        "store/deep/t.npy": "",
        "store/pkg/__init__.py": "",
        "store/x.bin": "",
    }
    repository(tmp_path, {**case(A, "import lib, net.x\nload('named.npy')"), **case(B), "net/x.py": "", **store})
    (tmp_path / link).unlink(missing_ok=True)
    (tmp_path / link).symlink_to(target)
    text = "import lib, net.x\nload('named.npy')"
    write(tmp_path, {"store/p.py": text})
    commit(tmp_path)
    git(tmp_path, "tag", "-f", "base")
    assert reasons(tmp_path) == {}
    write(tmp_path, {file: f"{text}\n# changed"})
    assert reasons(tmp_path) == {"theme/a": said.format(file)}


def test_a_link_in_a_chain_leads_elsewhere(tmp_path: Path) -> None:
    files = {**case(A, "import net.x"), **case(B), "net/x.py": "", "v1/w.bin": "", "v2/w.bin": ""}
    repository(tmp_path, files)
    (tmp_path / "net" / "data").symlink_to("../current")
    (tmp_path / "current").symlink_to("v1")
    commit(tmp_path)
    git(tmp_path, "tag", "-f", "base")
    assert reasons(tmp_path) == {}
    (tmp_path / "current").unlink()
    (tmp_path / "current").symlink_to("v2")
    assert reasons(tmp_path) == {"theme/a": "current, beside a module imported by torch_program.py, changed"}


def test_links_in_a_circle(tmp_path: Path) -> None:
    repository(tmp_path, {**case(A, "import net.x"), **case(B), "net/x.py": "", "store/w.bin": ""})
    (tmp_path / "net" / "loop").symlink_to("../store")
    (tmp_path / "store" / "loop").symlink_to("../net")
    (tmp_path / "self").symlink_to("self")
    commit(tmp_path)
    git(tmp_path, "tag", "-f", "base")
    write(tmp_path, {"store/w.bin": "x"})
    assert reasons(tmp_path) == {"theme/a": "store/w.bin, beside a module imported by torch_program.py, changed"}


def test_a_module_of_a_submodule(tmp_path: Path) -> None:
    other = repository(tmp_path / "other", {"vendored/net.py": "import sub", "sub.py": "", "data/w.npy": ""})
    files = {**case(A, "import vendored.net"), **case(B), **case("cases/theme/c", "load('deps/data/w.npy')")}
    repo = repository(tmp_path / "repo", files)
    git(repo, "submodule", "--quiet", "add", str(other), "deps")
    commit(repo)
    git(repo, "tag", "-f", "base")
    assert reasons(repo) == {}
    write(repo, {"deps/sub.py": "x"})
    assert reasons(repo) == {
        "theme/a": "deps, imported by torch_program.py, changed",
        "theme/c": "deps, named by torch_program.py, changed",
    }


def test_cases_in_a_submodule(tmp_path: Path) -> None:
    other = repository(tmp_path / "other", {**case(A), "lib.py": ""})
    repo = repository(tmp_path / "repo", {"pyproject.toml": ""})
    git(repo, "submodule", "--quiet", "add", str(other), "deps")
    commit(repo)
    git(repo, "tag", "-f", "base")
    assert look(repo, "deps/cases") == Affected({}, ("theme/a",))
    write(repo, {"deps/lib.py": "x"})
    assert look(repo, "deps/cases") == Affected({"theme/a": "deps changed"}, ())


# All together

EDGES = st.sets(st.tuples(st.integers(-1, 7), st.integers(0, 7)), max_size=12)
STYLES: tuple[Callable[[int], str], ...] = (
    "import pkg.m{}".format,
    "from pkg import m{}".format,
    "from pkg.m{} import x".format,
    "import importlib; importlib.import_module('pkg.m{}')".format,
)


@given(edges=EDGES, style=st.sampled_from(STYLES), deleted=st.integers(0, 7))
@settings(deadline=None, derandomize=True, max_examples=30)
def test_a_case_is_affected_by_what_it_reaches_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory,
    edges: set[tuple[int, int]],
    style: Callable[[int], str],
    deleted: int,
) -> None:
    root = tmp_path_factory.mktemp("graph").resolve()

    def imports(module: int) -> str:
        return "\n".join(style(to) for source, to in sorted(edges) if source == module)

    files = {"pyproject.toml": "", **case(A, imports(-1)), **{f"pkg/m{i}.py": imports(i) for i in range(8)}}
    write(root, files)
    for module in range(8):
        if module == deleted:
            (root / f"pkg/m{module}.py").unlink()
        reaches = module in closure(edges - {(deleted, to) for to in range(8)} if module >= deleted else edges)
        about = Changed(root, frozenset({f"pkg/m{module}.py"}), tracked=frozenset(files))
        found = affected(discover([root / "cases"]), about)
        assert bool(found.reasons) == reaches


def closure(edges: Iterable[tuple[int, int]]) -> set[int]:
    """What can be reached from −1."""
    found: set[int] = set()
    todo = [-1]
    while todo:
        fresh = {to for source, to in edges if source == todo[-1]} - found
        todo.pop()
        todo += fresh
        found |= fresh
    return found


# What git knows nothing of


def test_a_module_that_git_ignores(tmp_path: Path) -> None:
    files = {".gitignore": "made.py\n", **case(A, mindspore="import made"), **case(B), "made.py": ""}
    repo = repository(tmp_path / "repo", files)
    said = "git knows nothing of made.py, imported by mindspore_program.py, so nothing of its changes"
    assert reasons(repo) == {"theme/a": said}


def test_an_array_that_git_ignores(tmp_path: Path) -> None:
    files = {".gitignore": "*.npy\n", **case(A, toml='[inputs]\nx = { load = "x.npy" }\n'), **case(B)}
    repo = repository(tmp_path / "repo", {**files, f"{A}/x.npy": ""})
    said = f"git knows nothing of {A}/x.npy, loaded by case.toml, so nothing of its changes"
    assert reasons(repo) == {"theme/a": said}


def test_before_the_first_commit_all_there_is_has_changed(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main", "--template=")
    write(tmp_path, {**case(A), **case(B), "lib.py": ""})
    git(tmp_path, "add", A)
    assert {f"{A}/case.toml", f"{B}/case.toml", "lib.py"} <= set(changed_files("HEAD", tmp_path).files)


# The baseline


@pytest.mark.parametrize("path", ["accepted.jsonl", "../accepted.jsonl"])
def test_a_changed_baseline_may_speak_of_any_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    repo = repository(tmp_path / "repo", {"accepted.jsonl": "", "work/x": "", **case(A), **case(B)})
    monkeypatch.chdir(repo / "work" if path.startswith("..") else repo)
    cases = discover([repo / "cases"])
    assert affected(cases, changed_files("base", repo), baseline=path).reasons == {}
    write(repo, {"accepted.jsonl": "{}"})
    said = "accepted.jsonl changed, which may speak of any case"
    assert affected(cases, changed_files("base", repo), baseline=path).reasons == {"theme/a": said, "theme/b": said}
