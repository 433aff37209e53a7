"""Nothing is unpickled, and nothing is evaluated but what is the user's own code."""

from __future__ import annotations

import ast
import functools
from pathlib import Path

import pytest

import migcheck

PACKAGE = Path(migcheck.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))

#: They unpickle, or run what they read.
MODULES = {"pickle", "cPickle", "_pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "yaml"}
CALLS = {
    *("torch.load", "ms.load_checkpoint", "mindspore.load_checkpoint", "ms.load", "mindspore.load", "torch.jit.load"),
    *("pd.read_pickle", "os.system", "os.popen", "subprocess.getoutput", "tempfile.mktemp"),
    *("np.fromregex", "ndarray.dump", "copyreg.pickle"),
}
#: The functions that run a text, by the file in which each may, and how often.
RUNS = {
    # What a parcel states: the user's own function, which a test sends to a host to be run there.
    "host/parcel.py": ["compile", "eval", "eval"],
    # The same statements, which are compiled to be taken apart, and not run.
    "sending/source.py": ["compile"],
}


@functools.cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


@functools.cache
def calls(file: Path) -> list[tuple[str, ast.Call]]:
    return [(ast.unparse(node.func), node) for node in ast.walk(tree(file)) if isinstance(node, ast.Call)]


def test_all_of_the_package_is_looked_at() -> None:
    assert len(FILES) > 100


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_nothing_unpickles(file: Path) -> None:
    for node in ast.walk(tree(file)):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names]
            assert not MODULES & {name.partition(".")[0] for name in names}
    for name, call in calls(file):
        assert name not in CALLS
        if name in ("np.load", "numpy.load"):
            assert "allow_pickle=False" in ast.unparse(call)
        assert not {("allow_pickle", True), ("shell", True)} & {
            (each.arg, each.value.value) for each in call.keywords if isinstance(each.value, ast.Constant)
        }


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_only_the_users_own_code_is_run(file: Path) -> None:
    runs = sorted(name for name, _ in calls(file) if name in ("eval", "exec", "compile", "__import__"))
    assert runs == RUNS.get(file.relative_to(PACKAGE).as_posix(), [])


def test_parcels_come_from_nowhere_but_the_users_process() -> None:
    users = [
        file.relative_to(PACKAGE).as_posix()
        for file in FILES
        for node in ast.walk(tree(file))
        if isinstance(node, ast.ImportFrom)
        and ((node.module or "").endswith("parcel") or "parcel" in [each.name for each in node.names])
    ]
    # The host's child runs them; the other two take functions apart.
    assert sorted(set(users)) == ["host/program.py", "sending/packing.py", "sending/source.py"]


def test_execnet_runs_nothing_that_a_host_sends() -> None:
    from execnet.gateway_base import BaseGateway

    class Channel:
        def close(self, error: str) -> None:
            self.error = error

    channel = Channel()
    BaseGateway._local_schedulexec(None, channel, None)  # type: ignore[arg-type]
    assert channel.error == "execution disallowed"
