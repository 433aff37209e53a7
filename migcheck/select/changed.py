"""``--changed-since``: what has changed in a repository, as git tells it."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from migcheck.errors import UsageError

#: Of git's settings, those that would answer for another repository or in another language.
_ENVIRONMENT = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C", "LANGUAGE": "C"}
_ELSEWHERE = ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_NAMESPACE")

#: Whatever the user's settings are.
_DIFF = (
    *("diff", "--raw", "-z", "--no-renames", "--ignore-submodules=none", "--no-relative"),
    *("--no-ext-diff", "--no-textconv", "--no-color", "-O/dev/null"),
)

_FETCH = "fetch-depth: 0 in actions/checkout, or git fetch --unshallow"


@dataclass(frozen=True)
class Changed:
    """What has changed in a repository.  Paths are relative to its root, with slashes."""

    #: Its real path.
    root: Path
    #: Committed, staged, unstaged, deleted or untracked; of a file that was moved, both names.
    files: frozenset[str]
    #: Those that stand for all that is reached through them: submodules, links, repositories in the repository.
    whole: frozenset[str] = frozenset()
    #: All files that git tracks, those of submodules too.
    tracked: frozenset[str] = frozenset()
    #: Those that are symbolic links.
    links: frozenset[str] = frozenset()


class _Refused(Exception):
    """All that git said of why it did not do something."""

    @property
    def gist(self) -> str:
        """One line of it."""
        return (str(self).strip().splitlines() or ["it ended without a word"])[0].removeprefix("fatal: ")


def changed_files(ref: str, start: Path) -> Changed:
    """What has changed since the commit at which HEAD left ``ref``, in the repository that ``start`` is in.

    Raises:
        UsageError: git cannot tell; the message says why, and what to do.
    """
    said = f"--changed-since {ref!r}"
    if not ref.strip() or ref.startswith("-") or not ref.isprintable():
        raise UsageError(f"{said}: no name of a commit; give a branch, a tag or a commit, such as origin/main")
    root = _root(said, start)
    try:
        shallow = _git(root, "rev-parse", "--is-shallow-repository").strip() == b"true"
        head = _commit(root, "HEAD")
        if not head and ref == "HEAD":  # before the first commit, all there is has changed
            return _changed(root, [], "")
        if not head:
            raise UsageError(f"{said}: HEAD has no commit yet to compare with; commit first")
        since = _commit(root, ref)
        if not since:
            remedy = f"this clone is shallow, so fetch it first: {_FETCH}" if shallow else "fetch it, or name another"
            raise UsageError(f"{said}: git knows no such commit, branch or tag; {remedy}")
        bases = _bases(root, since, head)
        if not bases and shallow:
            raise UsageError(f"{said}: this clone is shallow and lacks the commit at which HEAD left it; use {_FETCH}")
        if not bases:
            raise UsageError(
                f"{said}: it has no commit in common with HEAD; name the branch that this one started from"
            )
        return _changed(root, bases, head)
    except _Refused as error:
        raise UsageError(f"{said}: git cannot tell what has changed: {error.gist}") from None


def commit_of(folder: Path) -> str:
    """The commit that is checked out where a folder is; empty where git knows of none."""
    try:
        return _commit(str(folder), "HEAD")
    except UsageError:  # no git
        return ""


def _root(said: str, start: Path) -> str:
    try:
        return os.path.realpath(os.fsdecode(_git(str(start), "rev-parse", "--show-toplevel").removesuffix(b"\n")))
    except _Refused as error:
        if trust := re.search(r"git config --global --add safe\.directory .+", str(error)):
            raise UsageError(f"{said}: the repository belongs to another user; if you trust it: {trust[0]}") from None
        if "not a git repository" in str(error):
            problem = "is in no git repository"
        elif "work tree" in str(error):
            problem = "is in a git repository without a work tree"
        else:
            raise UsageError(f"{said}: git cannot tell what has changed: {error.gist}") from None
        raise UsageError(f"{said}: {start} {problem}; run it in a checkout, or leave the option out") from None


def _commit(root: str, name: str) -> str:
    """The commit's hash; empty if there is no such commit."""
    try:
        found = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}").strip()
    except _Refused:
        return ""
    return found.decode("ascii") if re.fullmatch(rb"[0-9a-f]{40,64}", found) else ""


def _bases(root: str, since: str, head: str) -> list[str]:
    try:
        return _git(root, "merge-base", "--all", since, head).decode("ascii").split()
    except _Refused as error:
        if str(error):
            raise
        return []  # git says nothing where there is none


def _changed(root: str, bases: list[str], head: str) -> Changed:
    files: set[str] = set()
    whole: set[str] = set()
    for base in bases:
        for compared in ((base,), ("--cached", base), (base, head)):
            fields = _git(root, *_DIFF, *compared, "--").split(b"\0")
            for about, name in zip(fields[::2], fields[1::2], strict=False):
                files.add(os.fsdecode(name))
                if b"120000" in about[:15] or b"160000" in about[:15]:  # the modes before and after
                    whole.add(os.fsdecode(name))
    for name in filter(None, _git(root, "ls-files", "-z", "--others", "--exclude-standard", "--").split(b"\0")):
        files.add(os.fsdecode(name.rstrip(b"/")))
        if name.endswith(b"/"):
            whole.add(os.fsdecode(name.rstrip(b"/")))
    tracked: set[str] = set()
    links: set[str] = set()
    inside = False
    for entry in filter(None, _git(root, "ls-files", "-z", "-v", "--stage", "--").split(b"\0")):
        about, _, name = entry.partition(b"\t")
        path = os.fsdecode(name)
        tracked.add(path)
        if not head:
            files.add(path)
        if about[2:8] == b"120000":
            links.add(path)
        inside = inside or about[2:8] == b"160000"
        if about[:1] in b"Sabcdefghijklmnopqrstuvwxyz" and os.path.lexists(os.path.join(root, path)):
            files.add(path)  # git is told not to look at it
    if inside:
        tracked |= _of_submodules(root)
    return Changed(Path(root), frozenset(files), frozenset(whole), frozenset(tracked), frozenset(links))


def _of_submodules(root: str) -> set[str]:
    try:
        return set(map(os.fsdecode, _git(root, "ls-files", "-z", "--recurse-submodules", "--").split(b"\0"))) - {""}
    except _Refused:  # one that is not as git left it: its files count as unknown
        return set()


def _git(folder: str, *arguments: str) -> bytes:
    environment = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE} | _ENVIRONMENT
    # A repository's own settings may name a program that git runs to see what has changed.
    command = ["git", "-c", "core.fsmonitor=false", "-C", folder, *arguments]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, env=environment)
    except OSError:
        raise UsageError(
            "--changed-since needs git, which cannot be started; install it, or leave the option out"
        ) from None
    if done.returncode:
        raise _Refused(done.stderr.decode("utf-8", "replace").strip())
    return done.stdout
