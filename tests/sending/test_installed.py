"""What a function reads of installed packages must be in a host what it is here."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Any

import pytest

from migcheck.host.fingerprint import Fingerprints, replaced
from migcheck.host.job import Parcel
from migcheck.sending.function import NotSendable, program_of

ROOT = Path(__file__).parents[2]

MODELS = """
    import fractions
    import functools
    import math

    EPS = 1
    TABLE = {"k": {1, 2}, "f": math.sqrt}
    _cache = {}


    class Config:
        k = 1

        def __init__(self):
            self.n = 2
            self._calls = 0


    cfg = Config()


    class Base:
        def forward(self, x):
            return x * EPS

        def other(self, x):
            return x


    class Net(Base):
        pass


    def scaled(x):
        _cache[x] = x
        return x * EPS * fractions.Fraction(1)


    @functools.lru_cache
    def cached(x):
        return scaled(x)


    def other(x):
        return x


    double, triple = lambda x: 2 * x, lambda x: 3 * x
"""

PROGRAMS = """
    import functools
    import math

    import json as J
    import models
    from models import Net


    def chain(x):
        return models.scaled(x), models.EPS, models.TABLE["k"], models.cfg.k


    def lazily(x):
        import models as m

        return (lambda: m.cached(x))()


    def by_name(x):
        from models import scaled as s

        return s(x)


    def aliased(x):
        m = models
        return m.EPS


    def of_python(x):
        import json.decoder

        return math.floor(x), json.decoder.scanstring


    def by_layer(x):
        return Net().forward(x)


    class Own(models.Base):
        pass


    def by_own(x):
        return Own().forward(x)


    def by_attribute(x):
        return models.Net.forward(None, x)
"""


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A module of the user's, which reads the package ``models``."""
    installed = tmp_path / "lib" / "site-packages"
    installed.mkdir(parents=True)
    (installed / "models.py").write_text(dedent(MODELS), "utf-8")
    (tmp_path / "programs_of_models.py").write_text(dedent(PROGRAMS), "utf-8")
    monkeypatch.syspath_prepend(installed)
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("programs_of_models")
    for name in ("models", "programs_of_models"):
        sys.modules.pop(name, None)


def there(parcels: list[Parcel], folder: Path) -> list[str]:
    """What a process finds to be replaced that has changed nothing, for each parcel."""
    code = (
        "import json, sys; from migcheck.host.fingerprint import replaced; from migcheck.host.job import Parcel;"
        f"sys.path[:0] = [{str(folder)!r}];"
        "print(json.dumps([replaced(Parcel(**each)) for each in json.load(sys.stdin)]))"
    )
    given = json.dumps([vars(parcel) for parcel in parcels])
    done = subprocess.run([sys.executable, "-c", code], input=given, capture_output=True, text=True, check=True)
    return [str(each) for each in json.loads(done.stdout)]


#: What is changed, by an expression, and which programs then read something else, and how.
CHANGES: list[tuple[str, dict[str, str]]] = [
    ("None", {}),
    ("models.scaled(3), models.cached(2), models._cache", {}),
    ("setattr(models.cfg, '_calls', 7)", {}),
    ("setattr(models, 'EPS', 2)", {
        "chain": "reads models.scaled", "lazily": "imports models.cached", "by_name": "imports models.scaled",
        "aliased": "reads models.EPS", "by_layer": "reads models.Net", "by_own": "reads models.Base",
        "by_attribute": "reads models.Net",
    }),
    ("setattr(models.cfg, 'n', 7)", {"chain": "reads models.cfg"}),
    ("setattr(models.Config, 'k', 7)", {"chain": "reads models.cfg"}),
    ("models.TABLE['k'].add(3)", {"chain": "reads models.TABLE"}),
    ("models.TABLE.update(f=math.floor)", {"chain": "reads models.TABLE"}),
    ("setattr(models, 'scaled', models.other)", {
        "chain": "reads models.scaled", "lazily": "imports models.cached", "by_name": "imports models.scaled",
    }),
    ("setattr(models.Base, 'forward', models.Base.other)", {
        "by_layer": "reads models.Net", "by_own": "reads models.Base", "by_attribute": "reads models.Net",
    }),
    ("setattr(math, 'floor', math.ceil)", {"of_python": "reads math.floor"}),
    ("setattr(importlib.import_module('json.decoder'), 'scanstring', J.dumps)", {
        "of_python": "imports json.decoder.scanstring"
    }),
]  # fmt: skip
NAMES = ("chain", "lazily", "by_name", "aliased", "of_python", "by_layer", "by_own", "by_attribute")


def test_a_change_is_found_there_and_nothing_else(programs: ModuleType, tmp_path: Path) -> None:
    found: dict[tuple[str, str], str] = {}
    parcels: dict[tuple[str, str], Parcel] = {}
    for change, _ in CHANGES:
        code = (
            "import importlib, json, os, sys; from migcheck.sending.function import program_of;"
            f"sys.path[:0] = [{str(tmp_path)!r}, {str(tmp_path / 'lib' / 'site-packages')!r}];"
            "import programs_of_models as p; models, math, J = p.models, p.math, p.J;"
            f"{change};"
            f"print(json.dumps([vars(program_of(getattr(p, name)).parcel) for name in {NAMES!r}]))"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        made = zip(NAMES, json.loads(done.stdout), strict=True)
        parcels.update({(change, name): Parcel(**each) for name, each in made})
    said = there(list(parcels.values()), tmp_path / "lib" / "site-packages")
    found = dict(zip(parcels, said, strict=True))
    for change, wanted in CHANGES:
        changed = {name: found[change, name] for name in NAMES if found[change, name]}
        assert changed.keys() == wanted.keys(), change
        for name, how in wanted.items():
            assert changed[name] == f"{how}, which was replaced", change


def test_the_packages_of_another_python_are_others(programs: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    parcel = program_of(programs.aliased).parcel
    assert parcel
    monkeypatch.setattr(programs.models, "EPS", 2)
    assert replaced(parcel)
    monkeypatch.setattr(sys, "prefix", "elsewhere")
    assert not replaced(parcel)


def mine(*given: Any) -> Any:
    """A function of the user's."""
    return given


@pytest.mark.parametrize(
    ("name", "where", "reason"),
    [
        ("lazily", "cached", "imports models.cached, which was replaced"),
        ("by_name", "scaled", "imports models.scaled, which was replaced"),
        ("chain", "scaled", "reads models.scaled, which was replaced"),
        ("by_layer", "Base.forward", "reads Net, a part of which was replaced"),
        ("by_attribute", "Base.forward", "reads models.Net, which was replaced"),
    ],
)
def test_what_is_the_users_is_refused(
    programs: ModuleType, monkeypatch: pytest.MonkeyPatch, name: str, where: str, reason: str
) -> None:
    program_of(getattr(programs, name))
    monkeypatch.setattr(f"models.{where}", mine)
    with pytest.raises(NotSendable) as caught:
        program_of(getattr(programs, name))
    assert str(caught.value) == reason


def test_a_lambda_is_told_from_another(programs: ModuleType) -> None:
    told = {Fingerprints().of(programs.models, [name]) for name in ("other", "scaled", "cached", "Net", "Base", "cfg")}
    assert len(told) == 6


EVERYTHING = """
import json, sys, warnings
warnings.simplefilter("ignore")
import mindspore as ms, numpy as np, torch, torch.nn.functional as F
from migcheck.host.fingerprint import Fingerprints

def plus_one(x):
    return x + 1

if len(sys.argv) > 1:
    x = torch.ones(2, 2, requires_grad=True)
    torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.ReLU())(x).sum().backward()
    torch.optim.Adam([x]).step()
    import torch._dynamo
    np.linalg.norm(np.random.rand(3))
    y = ms.Tensor(np.ones((2, 2), np.float32))
    cell = ms.nn.SequentialCell(ms.nn.Dense(2, 2), ms.nn.ReLU())
    ms.value_and_grad(lambda y: cell(y).sum(), 0, cell.trainable_params())(y)
    ms.nn.Adam(cell.trainable_params())(tuple(ms.ops.zeros_like(each) for each in cell.trainable_params()))
    ms.jit(plus_one)(y)
spaces = [torch, F, torch.nn, torch.optim, torch.linalg, np, np.linalg]
spaces += [ms, ms.ops, ms.nn, ms.mint, ms.mint.nn.functional]
told = {}
for space in spaces:
    for name in sorted(vars(space)):
        if not name.startswith("_"):
            told[f"{space.__name__}.{name}"] = Fingerprints().of(space, [name])
for kind, space in ((torch.Tensor, torch), (ms.Tensor, ms)):
    for name in dir(kind):
        told[f"{kind!r}.{name}"] = Fingerprints().of(space, ["Tensor", name])
print(json.dumps(told))
"""


@pytest.mark.slow
def test_the_frameworks_are_the_same_in_every_process_used_or_not(tmp_path: Path) -> None:
    file = tmp_path / "everything.py"
    file.write_text(EVERYTHING, "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    used, fresh = (
        subprocess.Popen([sys.executable, str(file), *given], env=environment, stdout=subprocess.PIPE, text=True)
        for given in (["used"], [])
    )
    one, other = (json.loads(each.communicate()[0].splitlines()[-1]) for each in (used, fresh))
    both = one.keys() & other.keys()
    assert len(both) > 4000
    assert {name for name in both if one[name] != other[name]} == set()
