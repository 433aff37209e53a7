"""What a case's programs import, read from their text."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path
from random import Random
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migcheck.discover.case import Case
from migcheck.discover.tree import read_case
from migcheck.select.imports import Finder, Module
from migcheck.select.source import read_source, texts

CASE = "cases/theme/name"
TORCH = f"{CASE}/torch_program.py"


def write(root: Path, files: dict[str, str]) -> Path:
    """A project with one case, whose programs are empty, and with these files."""
    whole = {"pyproject.toml": "", f"{CASE}/case.toml": 'title = "a case"', TORCH: ""}
    for name, text in {**whole, f"{CASE}/mindspore_program.py": "", **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(dedent(text), encoding="utf-8")
    return root


def case_of(root: Path, name: str = CASE) -> Case:
    case = read_case(root / name, root / "cases")
    assert isinstance(case, Case)
    return case


def modules(root: Path, known: tuple[str, ...] = ()) -> list[Module]:
    return [module for module, _ in Finder(str(root), known).reached(case_of(root))]


def relative(root: Path, paths: object) -> set[str]:
    assert isinstance(paths, (set, frozenset, list, tuple))
    return {os.path.relpath(path, root) for path in paths}


def reached(root: Path, *known: str) -> set[str]:
    """The files that the programs import, but for the programs."""
    paths = relative(root, [module.path for module in modules(root, known)])
    return {path for path in paths if not path.endswith("_program.py")}


def looked_at(root: Path) -> set[str]:
    return set().union(*(relative(root, module.looked_at) for module in modules(root)))


def unknown(root: Path) -> list[str]:
    """Why not all imports can be read."""
    found = [(os.path.basename(each.path), each.source.unknown) for each in modules(root)]
    return [f"{name}{said}" for name, said in found if said]


def said_of(tmp_path: Path, text: str) -> str:
    """Why the imports of a file with this text cannot be read."""
    file = tmp_path / "file.py"
    file.write_text(dedent(text), encoding="utf-8")
    return read_source(str(file)).unknown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import one", {"one.py"}),
        ("import one as other, pkg", {"one.py", "pkg/__init__.py"}),
        ("import pkg.sub.deep", {"pkg/__init__.py", "pkg/sub/__init__.py", "pkg/sub/deep.py"}),
        ("from pkg import sub", {"pkg/__init__.py", "pkg/sub/__init__.py"}),
        ("from pkg import name", {"pkg/__init__.py"}),
        ("from pkg.sub import deep as d, name", {"pkg/__init__.py", "pkg/sub/__init__.py", "pkg/sub/deep.py"}),
        ("from pkg.sub.deep import name", {"pkg/__init__.py", "pkg/sub/__init__.py", "pkg/sub/deep.py"}),
        ("from pkg import *", {"pkg/__init__.py", "pkg/flat.py", "pkg/sub/__init__.py"}),
        ("import spread.part", {"spread/part.py"}),
        ("from spread import part", {"spread/part.py"}),
        ("from spread.part import name", {"spread/part.py"}),
        ("import inner", {"src/inner/__init__.py"}),
        ("import src.inner", {"src/inner/__init__.py"}),
        ("import beside", {f"{CASE}/beside.py"}),
        ("def program():\n    import one", {"one.py"}),
        ("try:\n    import one\nexcept ImportError:\n    import pkg", {"one.py", "pkg/__init__.py"}),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import one", {"one.py"}),
        ("class Net:\n    from one import weights", {"one.py"}),
        ("match 1:\n    case 1:\n        import one", {"one.py"}),
        ("with open('x'):\n    [f for f in ()]\n    import one", {"one.py"}),
        ("import importlib\nimportlib.import_module('pkg.flat')", {"pkg/__init__.py", "pkg/flat.py"}),
        ("from importlib import import_module\nimport_module(name='one')", {"one.py"}),
        ("from importlib import import_module\nimport_module('.flat', 'pkg')", {"pkg/__init__.py", "pkg/flat.py"}),
        (
            "import importlib as i\ni.import_module('..flat', package='pkg.sub')",
            {"pkg/__init__.py", "pkg/flat.py", "pkg/sub/__init__.py"},
        ),
        ("__import__('one')", {"one.py"}),
        ("__import__('pkg', fromlist=names)", {"pkg/__init__.py", "pkg/flat.py", "pkg/sub/__init__.py"}),
        ("make('pkg.sub.Net')", {"pkg/__init__.py", "pkg/sub/__init__.py"}),
        ("make('one:Net')", {"one.py"}),
        ("from importlib import resources\nresources.files('pkg')", {"pkg/__init__.py"}),
        ("x = 'one'", set()),
        ("'''Like pkg.sub'''", set()),
        ("import nowhere.at.all", set()),
        ("from one.sub import x", {"one.py"}),
    ],
)
def test_ways_to_import(tmp_path: Path, text: str, expected: set[str]) -> None:
    files = ("one.py", "pkg/__init__.py", "pkg/flat.py", "pkg/sub/__init__.py", "pkg/sub/deep.py", "spread/part.py")
    others = ("src/inner/__init__.py", f"{CASE}/beside.py", "pkg/apart/mod.py")
    write(tmp_path, {**dict.fromkeys((*files, *others), ""), TORCH: text})
    assert reached(tmp_path) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from . import flat", {"pkg/sub/flat.py"}),
        ("from .flat import name", {"pkg/sub/flat.py"}),
        ("from .. import other", {"pkg/other.py"}),
        ("from ..other import name", {"pkg/other.py"}),
        ("from ..near.far import name", {"pkg/near/__init__.py", "pkg/near/far.py"}),
        ("from .missing import name", set()),
        ("from . import *", {"pkg/sub/flat.py", "pkg/sub/start.py"}),
        ("import importlib\nimportlib.import_module('..other', __package__)", {"pkg/other.py"}),
    ],
)
def test_relative_imports(tmp_path: Path, text: str, expected: set[str]) -> None:
    files = ("pkg/__init__.py", "pkg/sub/__init__.py", "pkg/sub/flat.py", "pkg/other.py", "pkg/near/far.py")
    write(tmp_path, dict.fromkeys((*files, "pkg/near/__init__.py"), ""))
    write(tmp_path, {"pkg/sub/start.py": text, TORCH: "import pkg.sub.start"})
    assert reached(tmp_path) == {"pkg/__init__.py", "pkg/sub/__init__.py", "pkg/sub/start.py"} | expected


def test_both_programs_and_the_inputs(tmp_path: Path) -> None:
    files = {TORCH: "import a", f"{CASE}/mindspore_program.py": "import b", f"{CASE}/inputs.py": "import c"}
    write(tmp_path, {**files, "a.py": "", "b.py": "import a", "c.py": ""})
    found = Finder(str(tmp_path), ()).reached(case_of(tmp_path))
    assert [(os.path.relpath(module.path, tmp_path), program) for module, program in found] == [
        (f"{CASE}/torch_program.py", "torch_program.py"),
        (f"{CASE}/mindspore_program.py", "mindspore_program.py"),
        (f"{CASE}/inputs.py", "inputs.py"),
        ("a.py", "torch_program.py"),
        ("b.py", "mindspore_program.py"),
        ("c.py", "inputs.py"),
    ]


def test_in_the_order_of_the_path(tmp_path: Path) -> None:
    # the first folder that has the module decides; one that was, or will be, in front of it counts as well
    write(tmp_path, {TORCH: "import net", f"{CASE}/net.py": "", "net.py": "", "src/net.py": ""})
    assert reached(tmp_path) == {f"{CASE}/net.py"}
    (tmp_path / CASE / "net.py").unlink()
    assert reached(tmp_path) == {"net.py"}
    assert looked_at(tmp_path) == {"net.py", "net/__init__.py"}
    (tmp_path / "net.py").unlink()
    assert reached(tmp_path) == {"src/net.py"}
    assert looked_at(tmp_path) == {"net.py", "net/__init__.py", "src/net.py", "src/net/__init__.py"}


def test_a_package_wins_over_a_module_and_that_over_a_folder(tmp_path: Path) -> None:
    write(tmp_path, {TORCH: "import net.x", "net/__init__.py": "", "net/x.py": "", "net.py": ""})
    assert reached(tmp_path) == {"net/__init__.py", "net/x.py"}
    (tmp_path / "net" / "__init__.py").unlink()
    assert reached(tmp_path) == {"net.py"}
    (tmp_path / "net.py").unlink()
    assert reached(tmp_path) == {"net/x.py"}


def test_a_package_without_init_in_several_folders(tmp_path: Path) -> None:
    files = {TORCH: "import spread.a", "spread/a.py": "from . import b", "src/spread/b.py": "from .c import x"}
    write(tmp_path, {**files, "spread/c.py": "", f"{CASE}/spread/d.py": ""})
    assert reached(tmp_path) == {"spread/a.py", "src/spread/b.py", "spread/c.py"}


def test_a_package_further_back_wins_over_a_folder_without_init(tmp_path: Path) -> None:
    write(tmp_path, {TORCH: "import net.x", "net/x.py": "", "src/net/__init__.py": "", "src/net/x.py": ""})
    assert reached(tmp_path) == {"src/net/__init__.py", "src/net/x.py"}


def test_a_module_that_is_not_there_is_looked_for(tmp_path: Path) -> None:
    write(tmp_path, {TORCH: "from net.layers import linear"})
    stems = ("net", "net/layers", "net/layers/linear")
    assert looked_at(tmp_path) == {f"{stem}{end}" for stem in stems for end in (".py", "/__init__.py")}


def test_imports_in_a_circle(tmp_path: Path) -> None:
    write(tmp_path, {TORCH: "import a", "a.py": "import b", "b.py": "import a, c", "c.py": "import c"})
    assert reached(tmp_path) == {"a.py", "b.py", "c.py"}


def test_a_long_way(tmp_path: Path) -> None:
    chain = {f"m{i}.py": f"import m{i + 1}" for i in range(1200)}
    write(tmp_path, {TORCH: "import m0", **chain})
    assert len(reached(tmp_path)) == 1200


def test_a_case_may_have_its_own_of_what_others_share(tmp_path: Path) -> None:
    other = "cases/theme/other"
    files = {f"{other}/case.toml": 'title = "a case"', f"{other}/mindspore_program.py": ""}
    write(tmp_path, {**files, TORCH: "import net", f"{other}/torch_program.py": "import net"})
    write(tmp_path, {**files, "net.py": "import layers", "layers.py": "", f"{other}/layers.py": ""})
    (tmp_path / TORCH).write_text("import net")
    (tmp_path / other / "torch_program.py").write_text("import net")
    finder = Finder(str(tmp_path), ())
    for _ in range(2):
        for name, layers in ((CASE, "layers.py"), (other, f"{other}/layers.py")):
            paths = relative(tmp_path, [module.path for module, _ in finder.reached(case_of(tmp_path, name))])
            assert {path for path in paths if not path.endswith("_program.py")} == {"net.py", layers}


def test_nothing_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    bomb = "raise SystemExit('imported')"
    write(tmp_path, {TORCH: f"import bomb_pkg.bomb\n{bomb}", "bomb_pkg/__init__.py": bomb, "bomb_pkg/bomb.py": bomb})
    assert reached(tmp_path, "bomb_pkg/bomb.py") == {"bomb_pkg/__init__.py", "bomb_pkg/bomb.py"}
    assert not any(name.startswith("bomb_pkg") for name in sys.modules)


# Links


def test_a_module_that_is_a_link(tmp_path: Path) -> None:
    write(tmp_path, {TORCH: "import net", "shared/real.py": "import other", "other.py": "", "shared/other.py": ""})
    (tmp_path / "net.py").symlink_to("shared/real.py")
    assert reached(tmp_path) == {"net.py", "other.py"}
    assert looked_at(tmp_path) >= {"net.py", "shared/real.py"}


def test_a_package_that_is_a_link_to_a_link(tmp_path: Path) -> None:
    write(tmp_path, {TORCH: "import net.layers", "versions/v2/__init__.py": "", "versions/v2/layers.py": ""})
    (tmp_path / "net").symlink_to("current")
    (tmp_path / "current").symlink_to("docs/../versions/v2")
    (tmp_path / "docs").mkdir()
    assert reached(tmp_path) == {"net/__init__.py", "net/layers.py"}
    assert looked_at(tmp_path) >= {"net", "current", "versions/v2/__init__.py", "versions/v2/layers.py"}


def test_a_folder_that_is_reached_through_a_link(tmp_path: Path) -> None:
    real = write(tmp_path / "real", {TORCH: "import net", "net.py": ""})
    (tmp_path / "linked").symlink_to(real)
    finder = Finder(str(tmp_path / "linked"), ())
    found = [module for module, _ in finder.reached(case_of(tmp_path / "linked"))]
    assert found[0].looked_at == {*map(str, (tmp_path / "linked", real / "net.py", real / "net" / "__init__.py"))}
    assert [module.places[-1] for module in found][2:] == [str(real / "net.py")]


def test_links_that_lead_in_a_circle(tmp_path: Path) -> None:
    write(tmp_path, {TORCH: "import round, pkg.round.round.mod", "pkg/__init__.py": "", "pkg/mod.py": ""})
    (tmp_path / "round.py").symlink_to("circle.py")
    (tmp_path / "circle.py").symlink_to("round.py")
    (tmp_path / "pkg" / "round").symlink_to("../pkg")
    assert "pkg/round/round/mod.py" in reached(tmp_path)
    assert "pkg/mod.py" in looked_at(tmp_path)


# What the rest of the repository has


def test_a_module_that_only_another_folder_of_the_repository_has(tmp_path: Path) -> None:
    tools = ("packages/tools/src/tools/__init__.py", "packages/tools/src/tools/build.py", "other/tools/more.py")
    write(tmp_path, {**dict.fromkeys(tools, ""), "packages/single.py": "", TORCH: "import tools.build, single"})
    assert reached(tmp_path, *tools, "packages/single.py") == {*tools[:2], "packages/single.py"}
    assert reached(tmp_path) == set()


def test_a_deleted_module_of_another_folder(tmp_path: Path) -> None:
    write(tmp_path, {TORCH: "from tools import build"})
    (module, _) = modules(tmp_path, ("packages/tools/build.py",))
    assert "packages/tools/build.py" in relative(tmp_path, module.looked_at)


@pytest.mark.parametrize("name", ["torch", "mindspore", "numpy", "json"])
def test_the_frameworks_are_not_looked_for_in_the_rest_of_the_repository(tmp_path: Path, name: str) -> None:
    write(tmp_path, {TORCH: f"import {name}", f"models/{name}/__init__.py": ""})
    assert reached(tmp_path, f"models/{name}/__init__.py") == set()


def test_an_installed_project_of_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {TORCH: "import installed_here.net", "lib/__init__.py": "from . import a", "lib/net.py": ""})
    write(tmp_path, {TORCH: "import installed_here.net", "lib/a.py": ""})
    place = tmp_path / "lib" / "__init__.py"

    def find_spec(name: str) -> ModuleSpec | None:
        assert name == "installed_here"
        return importlib.util.spec_from_file_location(name, place, submodule_search_locations=[str(place.parent)])

    monkeypatch.setattr(importlib.util, "find_spec", find_spec)
    files = {"lib/__init__.py", "lib/net.py", "lib/a.py"}
    assert reached(tmp_path, *files) == files
    assert reached(tmp_path) == set()  # git knows nothing of it


@pytest.mark.parametrize("folder", ["outside", "inside/site-packages"])
def test_what_is_installed_elsewhere_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    root = write(tmp_path / "inside", {TORCH: "import installed_there"})
    place = tmp_path / folder / "installed_there.py"
    place.parent.mkdir()
    place.touch()
    spec = importlib.util.spec_from_file_location("installed_there", place)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    assert reached(root, "pkg/mod.py") == set()


def test_a_finder_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def find_spec(name: str) -> ModuleSpec | None:
        raise RuntimeError(name)

    monkeypatch.setattr(importlib.util, "find_spec", find_spec)
    write(tmp_path, {TORCH: "import somewhere"})
    assert reached(tmp_path) == set()


# Files that strings name


def test_a_python_file_that_a_string_names(tmp_path: Path) -> None:
    write(tmp_path, {TORCH: "load(HERE / '../../configs/net.py')", "configs/net.py": "import one", "one.py": ""})
    assert reached(tmp_path, "configs/net.py", "one.py") == {"configs/net.py", "one.py"}


def test_a_python_file_whose_name_is_put_together(tmp_path: Path) -> None:
    write(tmp_path, {TORCH: "load(f'configs/{size}_net.py')", "configs/small_net.py": "", "configs/other.py": ""})
    assert reached(tmp_path, "configs/small_net.py", "configs/other.py") == {"configs/small_net.py"}


def test_a_deleted_python_file_that_a_string_names(tmp_path: Path) -> None:
    write(tmp_path, {TORCH: "load('net.py')"})
    (module, _) = modules(tmp_path, ("configs/net.py",))
    assert relative(tmp_path, module.named) == {"configs/net.py"}


@pytest.mark.parametrize(
    ("string", "name"),
    [
        ("weights.npy", "weights.npy"),
        ("../shared/weights.npy", "weights.npy"),
        ("shared\\weights.npy", "weights.npy"),
        ("see weights.npy:3", "weights.npy"),
        ("vocabulary", "vocabulary"),
        (".npy", "weights.npy"),
        ("_weights.npy", "net_weights.npy"),
        ("*.npy", "weights.npy"),
        ("**/*.npy", "weights.npy"),
        ("%03d.npy", "007.npy"),
        ("%(name)s.npy", "weights.npy"),
        ("{name}.npy", "weights.npy"),
        ("{:03d}.tar.gz", "007.tar.gz"),
        ("$name.npy", "weights.npy"),
        ("weights.*", "weights.npy"),
        ("weights_[0-9]", "weights_3"),
        ("part/weights-{}", "weights-3.bin"),
    ],
)
def test_a_string_that_may_name_a_file(string: str, name: str) -> None:
    assert texts([string]).name(name)


@pytest.mark.parametrize(
    ("string", "name"),
    [
        ("weights.npy", "other.npy"),
        ("weights.npy", "weights.npz"),
        ("fc.weight", "README.md"),
        ("x*", "x.npy"),
        ("{}", "weights.npy"),
        ("*", "weights.npy"),
        ("a sentence.", "weights.npy"),
        ("", "weights.npy"),
        ("...", "weights.npy"),
    ],
)
def test_a_string_that_does_not(string: str, name: str) -> None:
    assert not texts([string]).name(name)


def test_parts_of_a_path() -> None:
    assert texts(["../shared/weights.npy", "net"]).parts == {"shared", "weights.npy", "net"}


def test_an_f_string_is_put_together(tmp_path: Path) -> None:
    (tmp_path / "file.py").write_text("f'shared/weights_{i}.{suffix}'\nload(f'weights_{i}.{suffix}')")
    assert read_source(str(tmp_path / "file.py")).texts.name("weights_3.npy")


# What cannot be read


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import importlib\n\nimportlib.import_module(name)", ":3 calls importlib.import_module(name)"),
        ("from importlib import import_module\nimport_module(f'net.{n}')", ":2 calls import_module(f'net.{n}')"),
        ("import importlib as i\ni.import_module(*names)", ":2 calls i.import_module(*names)"),
        ("from importlib import import_module\nimport_module('.x', pkg)", ":2 calls import_module('.x', pkg)"),
        ("from importlib import import_module as load\nload(name)", ":2 calls load(name)"),
        ("import importlib\nload = importlib.import_module", ":2 uses importlib.import_module"),
        ("from importlib import import_module as load", ":1 imports importlib.import_module"),
        ("__import__(name)", ":1 calls __import__(name)"),
        ("__import__('a', globals(), locals(), [], 1)", ":1 calls __import__('a', globals(), locals(), [], 1)"),
        ("__import__('a', *more)", ":1 calls __import__('a', *more)"),
        ("import builtins\nbuiltins.__import__(name)", ":2 calls builtins.__import__(name)"),
        ("import sys\nsys.path.insert(0, here)", ":2 uses sys.path"),
        ("import sys\nsys.path.append(here)", ":2 uses sys.path"),
        ("import sys\nsys.path[:0] = [here]", ":2 uses sys.path"),
        ("import sys\nsys.path = [here]", ":2 uses sys.path"),
        ("import sys\nsys.path += [here]", ":2 uses sys.path"),
        ("import sys as system\nsystem.path.append(here)", ":2 uses sys.path"),
        ("from sys import path\npath.append(here)", ":2 uses sys.path"),
        ("from sys import path as where", ":1 imports sys.path"),
        ("import os as s\nimport sys as s\nimport re as s\ns.path.append(here)", ":4 uses sys.path"),
        ("import os.path, sys\nsys.path", ":2 uses sys.path"),
        ("getattr(importlib, 'import_module')(name)", ":1 names 'import_module'"),
        ("import os\nos.sys.path.append(here)", ":2 uses os.sys.path"),
        ("import sys\nsys.meta_path.append(finder)", ":2 uses sys.meta_path"),
        ("import site\nsite.addsitedir(here)", ":2 calls site.addsitedir(here)"),
        ("exec(text)", ":1 calls exec(text)"),
        ("eval('1')", ":1 calls eval('1')"),
        ("import builtins\nbuiltins.exec(text)", ":2 calls builtins.exec(text)"),
        ("run = exec", ":1 uses exec"),
        ("import runpy\nrunpy.run_path('x')", ":2 calls runpy.run_path('x')"),
        ("from runpy import run_module\nrun_module(name)", ":2 calls run_module(name)"),
        (
            "from importlib.util import spec_from_file_location\nspec_from_file_location('a', file)",
            ":2 calls spec_from_file_location('a', file)",
        ),
        ("loader.exec_module(module)", ":1 calls loader.exec_module(module)"),
        ("__path__ = extend_path(__path__, __name__)", ":1 uses __path__"),
        ("import pkg\npkg.__path__.append(here)", ":2 uses pkg.__path__"),
        ("import pkgutil\npkgutil.walk_packages()", ":2 calls pkgutil.walk_packages()"),
        ("import pydoc\npydoc.locate(name)", ":2 calls pydoc.locate(name)"),
        ("from hydra.utils import instantiate\ninstantiate(config)", ":2 calls instantiate(config)"),
        ("import pickle\npickle.load(file)", ":2 calls pickle.load(file)"),
        ("import pickle as p\np.Unpickler(file)", ":2 calls p.Unpickler(file)"),
        ("import torch\ntorch.load(f, weights_only=False)", ":2 calls torch.load(f, weights_only=False)"),
        ("np.load(f, allow_pickle=True)", ":1 calls np.load(f, allow_pickle=True)"),
        ("load(name + '.py')", ":1 puts the name of a Python file together, with '.py'"),
        ("here.glob('*.py')", ":1 puts the name of a Python file together, with '*.py'"),
        (f"exec({'x' * 90})", f":1 calls exec({'x' * 74}…"),
        ("def f(:\n  pass", ":1 is not valid Python"),
        ("x = 1\nimport\n", ":2 is not valid Python"),
        ("x = '\0'", " is not valid Python"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, text: str, said: str) -> None:
    assert said_of(tmp_path, text) == said


@pytest.mark.parametrize(
    "text",
    [
        "net.eval()",
        "import torch\ntorch.nn.Linear(1, 1).eval()",
        "def evaluate(): pass\nevaluate()",
        "import os\nos.path.join('a', 'b')",
        "import sys\nsys.modules['x']\nsys.argv",
        "import os.path\nos.path.join('a', 'b')",
        "from os import path\npath.join('a', 'b')",
        "path = []\npath.append(1)",
        "import re\nre.compile('x')",
        "import json\njson.load(open('x'))",
        "import numpy as np\nnp.load('x', allow_pickle=False)",
        "import torch\ntorch.load('x', weights_only=True)",
        "net.load_state_dict(None)",
        "'''exec(text) and x.py and import_module(name)'''",
        "# exec(text)",
        "import importlib\nimportlib.import_module('torch')",
        "def files(): pass\nfiles()",
        "x = r'\\d'; y = '\\d'",
        "",
    ],
)
def test_what_can_be_read(tmp_path: Path, text: str) -> None:
    assert said_of(tmp_path, text) == ""


def test_of_several_reasons_the_first_line(tmp_path: Path) -> None:
    assert said_of(tmp_path, "def late():\n    exec(x)\nimport sys\nsys.path\n") == ":2 calls exec(x)"


def test_a_module_that_cannot_be_read_is_reached(tmp_path: Path) -> None:
    write(tmp_path, {TORCH: "import net", "net.py": "import one\nimport sys; sys.path\n", "one.py": "def ("})
    assert reached(tmp_path) == {"net.py", "one.py"}
    assert unknown(tmp_path) == ["net.py:2 uses sys.path", "one.py:1 is not valid Python"]


def test_a_compiled_module(tmp_path: Path) -> None:
    write(tmp_path, {TORCH: "from net import kernels, both", "net/__init__.py": "", "net/both.py": ""})
    (tmp_path / "net" / "kernels.cpython-311-x86_64-linux-gnu.so").touch()
    (tmp_path / "net" / "both.abi3.so").touch()
    assert unknown(tmp_path) == ["kernels.cpython-311-x86_64-linux-gnu.so is compiled"]


def test_text_that_is_not_utf_8(tmp_path: Path) -> None:
    (tmp_path / "file.py").write_bytes(b"import one\nname = '\xff'\n")
    assert "is not valid Python" in read_source(str(tmp_path / "file.py")).unknown


def test_text_in_another_encoding(tmp_path: Path) -> None:
    (tmp_path / "file.py").write_bytes(b"# coding: latin-1\nimport one\nname = '\xff'\n")
    source = read_source(str(tmp_path / "file.py"))
    assert (source.unknown, [each.module for each in source.imports]) == ("", ["one"])


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert read_source(str(tmp_path / "file.py")).unknown == " cannot be opened: No such file or directory"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read any file")
def test_a_file_that_must_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "file.py").touch(mode=0)
    assert read_source(str(tmp_path / "file.py")).unknown == " cannot be opened: Permission denied"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "file.py")
    assert read_source(str(tmp_path / "file.py")).unknown == " is no regular file"


def test_a_huge_file(tmp_path: Path) -> None:
    (tmp_path / "file.py").write_text("# x\n" * 300_000)
    assert read_source(str(tmp_path / "file.py")).unknown == " is too large to read: 1.1 MiB"


@pytest.mark.parametrize(
    "text", ["-" * 100_000 + "1", "(" * 100_000, "a" + ".b" * 100_000, "x = " + "1+" * 50_000 + "1"]
)
def test_deep_nesting(tmp_path: Path, text: str) -> None:
    # as the version of Python has it
    assert said_of(tmp_path, text) in ("", ":1 is not valid Python", " is nested too deeply to read")


def test_a_call_too_deep_to_show(tmp_path: Path) -> None:
    assert said_of(tmp_path, f"exec({'-' * 400}1)").startswith(":1 calls exec(")


TOKENS = ("import", "from", ".", "a", "b", "*", "(", ")", "=", "'.py'", "exec", "sys", "path", "\n")


@given(st.text(max_size=60) | st.lists(st.sampled_from(TOKENS), max_size=12).map(" ".join))
@settings(deadline=None, derandomize=True, max_examples=60)
def test_any_text_is_read(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.getbasetemp() / "any.py"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    read_source(str(file))


# Against Python itself

NAMES = ("a", "b", "c")


def drawn_tree(random: Random) -> dict[str, str]:
    """Packages with and without ``__init__``, modules, and imports between them, most of which lead somewhere."""
    paths = ["/".join(random.choices(NAMES, k=random.choice((1, 1, 2, 2, 3)))) for _ in range(random.randint(4, 14))]
    places = ("", "", "src/", f"{CASE}/")
    files = [f"{random.choice(places)}{path}{random.choice(('.py', '/__init__.py'))}" for path in paths]
    tree = {file: "\n".join(drawn_import(random, paths) for _ in range(random.randint(0, 3))) for file in files}
    return {**tree, TORCH: "\n".join(drawn_import(random, paths) for _ in range(random.randint(1, 4)))}


def drawn_import(random: Random, paths: list[str]) -> str:
    """A statement that may fail."""
    module = (random.choice(paths) if random.random() < 0.9 else random.choice(NAMES)).replace("/", ".")
    package, name, dots = module.rpartition(".")[0] or module, random.choice(NAMES), random.choice((".", ".."))
    statement = random.choice(
        (
            *(
                f"import {module}",
                f"from {module} import {name}",
                f"from {package} import {name}",
                f"from {package} import *",
            ),
            *(f"from {dots} import {name}", f"from {dots}{name} import {random.choice(NAMES)}"),
            *(
                f"import importlib; importlib.import_module('{module}')",
                f"__import__('{package}', fromlist=['{name}'])",
            ),
            f"import importlib; importlib.import_module('.{name}', __package__)",
        )
    )
    if random.random() < 0.1:
        return f"__all__ = ['{name}']"
    return f"try:\n    {statement}\nexcept Exception:\n    pass"


#: Runs programs as a host does, each in a process forked from this one, and prints the files that each imported.
HOST = """
import json, os, runpy, sys
sys.dont_write_bytecode = True
for line in sys.stdin:
    program, *path = json.loads(line)
    if not os.fork():
        sys.path[:0] = path
        runpy.run_path(program)
        print(json.dumps([file for module in sys.modules.values() if (file := getattr(module, "__file__", None))]))
        sys.stdout.flush()
        os._exit(0)
    if os.wait()[1]:
        print("[]", flush=True)
"""


@pytest.fixture(scope="module")
def host() -> Iterator[Callable[[Case], set[str]]]:
    """Python itself: the files that the torch program of a case imports."""
    command = [sys.executable, "-S", "-c", HOST]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        stdin, stdout = process.stdin, process.stdout

        def imported(case: Case) -> set[str]:
            program = case.programs["torch"]
            print(json.dumps([str(program.file), *program.path]), file=stdin, flush=True)
            return set(json.loads(stdout.readline()))

        yield imported
        stdin.close()


@pytest.mark.parametrize("seed", range(5))
def test_all_that_python_imports_is_found(host: Callable[[Case], set[str]], tmp_path: Path, seed: int) -> None:
    for number in range(16):
        random = Random(f"{seed}-{number}")
        root = tmp_path.resolve() / str(number)
        try:
            write(root, drawn_tree(random))
        except (FileExistsError, NotADirectoryError):
            pass
        (root / "src").mkdir(exist_ok=True)
        case = case_of(root)
        imported = {file for file in host(case) if file.startswith(f"{root}/")}
        assert imported <= {module.path for module, _ in Finder(str(root), ()).reached(case)}
