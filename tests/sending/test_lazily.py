"""Modules that a function imports itself, and that nobody has imported yet."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from migcheck.sending.function import NotSendable, program_of

FILES = {
    "lazy_settings.py": "EPS = 1\n",
    "lazy_pkg/__init__.py": "",
    "lazy_pkg/sub.py": "from . import nothing\n",
    "lazy_free/__init__.py": "",
    "lazy_free/sub.py": "from . import inner\nfrom .inner import VALUE\n",
    "lazy_free/inner.py": "import json\nVALUE = 1\n",
    "lazy_alone.py": "import json\nimport lazy_free.inner\n",
    "lazy_near.py": "def f():\n    from lazy_settings import EPS\n    return EPS\n",
    "lazy_far.py": "import json, lazy_between\n",
    "lazy_between.py": "from lazy_far import x\nimport lazy_near as near\n",
    "lazy_broken.py": "import lazy_settings = 1\n",
    "lazy_programs.py": """
import lazy_pkg
import lazy_settings

def alone(x):
    import lazy_alone
    return lazy_alone

def package(x):
    from lazy_free import sub
    return sub

def near(x):
    import lazy_near
    return lazy_near.f()

def far(x):
    from lazy_far import x
    return x

def of_a_package(x):
    import lazy_pkg.sub
    return lazy_pkg.sub

def from_a_package(x):
    from lazy_pkg import sub
    return sub

def broken(x):
    import lazy_broken
    return lazy_broken

def nowhere(x):
    import lazy_nowhere.at_all
    return lazy_nowhere

def of_python(x):
    import wave
    from xml.dom import minidom
    return wave, minidom
""",
}


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """A module of the user's, which has imported a package and its settings, and no more."""
    folder = tmp_path_factory.mktemp("lazily")
    for name, text in FILES.items():
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield importlib.import_module("lazy_programs")
    for name in [name for name in sys.modules if name.startswith("lazy_")]:
        del sys.modules[name]


@pytest.mark.parametrize("name", ["alone", "package", "broken", "nowhere", "of_python"])
def test_what_leads_to_nothing_that_is_imported_is_left_to_the_host(programs: ModuleType, name: str) -> None:
    program_of(getattr(programs, name))
    assert {each for each in sys.modules if each.startswith("lazy_")} == {"lazy_pkg", "lazy_settings", "lazy_programs"}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("near", "imports lazy_near, which is not imported yet"),
        ("far", "imports lazy_far, which is not imported yet"),
        ("of_a_package", "imports lazy_pkg.sub, which is not imported yet"),
        ("from_a_package", "imports lazy_pkg.sub, which is not imported yet"),
    ],
)
def test_what_leads_back_is_refused(programs: ModuleType, name: str, reason: str) -> None:
    with pytest.raises(NotSendable) as caught:
        program_of(getattr(programs, name))
    assert str(caught.value) == reason


def test_once_it_is_imported_it_is_sent(programs: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lazy_once.py").write_text("from lazy_settings import EPS\n", "utf-8")
    (tmp_path / "lazy_asking.py").write_text(
        "def program(x):\n    import lazy_once\n    return lazy_once.EPS\n", "utf-8"
    )
    monkeypatch.syspath_prepend(tmp_path)
    program = importlib.import_module("lazy_asking").program
    with pytest.raises(NotSendable, match="imports lazy_once, which is not imported yet"):
        program_of(program)
    program(1)
    assert program_of(program).parcel
