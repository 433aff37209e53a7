"""Functions that would be another one in a host, and so are refused there."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from migcheck.sending.function import NotSendable, program_of


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (
            """
            import functools
            class Twice:
                def __init__(self, f):
                    functools.update_wrapper(self, f)
                def __call__(self, x): return x
            @functools.lru_cache
            def h(x): return x
            g = Twice(h)
            def program(x): return g(x)
            """,
            "reads g, a Twice around h",
        ),
        (
            """
            import functools
            @functools.lru_cache
            def h(x): return x
            h.scale = 7
            def program(x): return h(x)
            """,
            "reads h, a _lru_cache_wrapper with attributes of its own",
        ),
        ("import odd\nMODS = [odd]\ndef program(x): return MODS", "reads MODS, which holds a module"),
        ("import odd\ndef program(x): return getattr(odd, x)", "reads odd, a module, as a value"),
        (
            "import importlib\ndef program(x): return importlib.import_module(x)",
            "reads import_module, which tells of more than it is made of",
        ),
        (
            "from importlib import import_module as load\ndef program(x): return load(x)",
            "reads load, which tells of more than it is made of",
        ),
        (
            "LOADERS = {'vars': vars}\ndef program(x): return LOADERS",
            "reads LOADERS, which tells of more than it is made of",
        ),
        (
            """
            class Config(dict):
                def __getattr__(self, name): return self[name]
            CONFIG = Config(a=1)
            def program(x): return CONFIG.a
            """,
            "reads CONFIG, a Config",
        ),
    ],
)
def test_it_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, reason: str) -> None:
    file = tmp_path / "odd.py"
    file.write_text(dedent(source), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("odd", file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "odd", module)
    spec.loader.exec_module(module)
    with pytest.raises(NotSendable) as caught:
        program_of(module.program)
    assert str(caught.value) == reason
