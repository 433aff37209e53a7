"""Find case folders and give them ids."""

from __future__ import annotations

import os
from pathlib import Path

from migcheck.discover.case import SIDES, BrokenCase, Case, Program
from migcheck.discover.schema import SpecError, parse
from migcheck.errors import UsageError

SPEC = "case.toml"
PROGRAMS = tuple(f"{side}_program.py" for side in SIDES)
#: The files that make a folder a case, or half of one.
MARKS = (SPEC, *PROGRAMS)
#: Letters of a ``case.toml``.
_LARGEST = 2**20
_PROJECT_MARKS = ("pyproject.toml", "setup.py", "setup.cfg", ".git")


def discover(folders: list[Path]) -> list[Case | BrokenCase]:
    """All cases in and below ``folders``, each once, sorted by id.

    Raises:
        UsageError: a folder does not exist, or two cases have the same id.
    """
    found: dict[Path, Case | BrokenCase] = {}
    for given in folders:
        if not given.is_dir():
            hint = "; give a folder" if given.exists() else "; run it where your cases are, or name their folder"
            raise UsageError(f"{given}: {'not a folder' if given.exists() else 'no such folder'}{hint}")
        root = cases_root(given)
        # A case that a link leads to as well goes by its own path.
        for folder in sorted(_case_folders(given), key=_is_linked):
            found.setdefault(folder.resolve(), read_case(folder, root))
    by_id: dict[str, Path] = {}
    for case in found.values():
        if case.id in by_id:
            raise UsageError(f"two cases have the id {case.id}: {by_id[case.id]} and {case.folder}; run them apart")
        by_id[case.id] = case.folder
    return sorted(found.values(), key=lambda case: case.id)


def cases_root(folder: Path) -> Path:
    """The folder that ids are relative to: the nearest ``cases`` on the way up, else the folder itself.

    So ``migcheck run cases/`` and ``migcheck run cases/multi_output`` name a case alike.
    """
    absolute = Path(os.path.abspath(folder))
    for parent in (absolute, *absolute.parents):
        if parent.name == "cases":
            return parent
    return absolute.parent if _is_case(absolute) else absolute


def _case_folders(top: Path) -> list[Path]:
    folders = []
    seen: set[str] = set()
    for path, below, files in os.walk(top, onerror=_refuse, followlinks=True):
        real = os.path.realpath(path)
        below[:] = [] if real in seen else sorted(each for each in below if not each.startswith((".", "__pycache__")))
        seen.add(real)
        if not set(MARKS).isdisjoint(files):
            folders.append(Path(path))
    return folders


def _is_linked(folder: Path) -> bool:
    return os.path.realpath(folder) != os.path.join(os.path.realpath(folder.parent), folder.name)


def _refuse(error: OSError) -> None:
    raise UsageError(f"{error.filename}: cannot be listed: {error.strerror}") from None


def _is_case(folder: Path) -> bool:
    return any((folder / mark).is_file() for mark in MARKS)


def read_case(folder: Path, root: Path) -> Case | BrokenCase:
    """The case that a folder holds, whose id is its path below ``root``."""
    absolute = Path(os.path.abspath(folder))
    name = absolute.relative_to(root).as_posix()
    if not name.isprintable() or set(name) & set("[]"):
        message = "the folder's name stands in ids, so it must be printable text without brackets; rename it"
        return BrokenCase(ascii(name)[1:-1], folder, f"{ascii(str(folder))[1:-1]}: {message}")
    missing = [file for file in MARKS if not (folder / file).is_file()]
    if missing:
        present = [file for file in MARKS if file not in missing] or ["nothing that can be read"]
        said = f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not"
        return BrokenCase(name, folder, f"{folder / missing[0]}: half a pair: {present[0]} is there, {said}")
    file = folder / SPEC
    try:
        with file.open(encoding="utf-8") as stream:
            text = stream.read(_LARGEST + 1)
        if len(text) > _LARGEST:
            message = f"{file}: larger than {_LARGEST // 2**20} MiB; save arrays as .npy, and load them"
            return BrokenCase(name, folder, message)
        spec = parse(text)
    except SpecError as error:
        at = f":{error.line}" if error.line else ""
        return BrokenCase(name, folder, f"{file}{at}: {error}")
    except OSError as error:
        return BrokenCase(name, folder, f"{file}: cannot be read: {error.strerror}")
    except UnicodeDecodeError:
        return BrokenCase(name, folder, f"{file}: not UTF-8 text")
    path = (str(absolute), *_import_from(_project(absolute)))
    programs = {side: Program(absolute / f"{side}_program.py", "program", path) for side in SIDES}
    drawn = absolute / "inputs.py"
    inputs = Program(drawn, "make_inputs", path) if drawn.is_file() else None
    return Case(name, absolute, spec, programs, inputs, absolute / SPEC)


def _import_from(project: Path) -> tuple[str, ...]:
    """Where a project's modules are: its folder, and ``src`` if there is one."""
    return tuple(str(each) for each in (project, project / "src") if each == project or each.is_dir())


def _project(folder: Path) -> Path:
    for parent in folder.parents:
        if any((parent / mark).exists() for mark in _PROJECT_MARKS):
            return parent
    return Path.cwd()
