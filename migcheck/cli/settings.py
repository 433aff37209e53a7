"""Options that pyproject.toml and the environment can set as well.

    default < [tool.migcheck] of pyproject.toml < environment < command line

One name for all: ``--torch-python`` is ``torch-python`` in the file and ``MIGCHECK_TORCH_PYTHON`` in the environment.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from migcheck.discover.lines import line_of
from migcheck.errors import UsageError, unknown

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_TABLE = ("tool", "migcheck")

#: In the ``meta`` of the outermost context: the folder from which pyproject.toml is looked for, if not this one.
START = "migcheck.start"


class Setting(click.Option):
    """An option whose value may also come from the environment or from pyproject.toml."""

    def __init__(self, declarations: list[str], path: bool = False, **attributes: Any) -> None:
        """As :class:`click.Option`; the longest declaration gives the option its name everywhere.

        A ``path`` in pyproject.toml is relative to that file.
        """
        longest = max((each for each in declarations if each.startswith("-")), key=len)
        self.key = longest.partition("/")[0].lstrip("-")  # of --this/--no-this, the first
        self.path = path
        super().__init__(declarations, envvar=f"MIGCHECK_{self.key.upper().replace('-', '_')}", **attributes)

    def consume_value(self, ctx: click.Context, opts: Mapping[str, Any]) -> tuple[Any, ParameterSource]:
        """The value and where it comes from; pyproject.toml is read only where nothing else gives one."""
        value, source = super().consume_value(ctx, opts)
        if source is ParameterSource.DEFAULT and self.key in _configuration(ctx).values:
            return _configuration(ctx).values[self.key], ParameterSource.DEFAULT_MAP
        return value, source

    def get_error_hint(self, ctx: click.Context | None) -> str:
        """The option, or the variable or the line of the file that gave it a value."""
        source = ctx.get_parameter_source(self.name) if ctx and self.name else None
        if ctx and source is ParameterSource.DEFAULT_MAP:
            return _configuration(ctx).place(self.key)
        if source is ParameterSource.ENVIRONMENT:
            return f"the environment variable {self.envvar}"
        return super().get_error_hint(ctx)


class Interpreter(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.4 on
    """A Python interpreter: its path, its name on PATH, or the folder of a virtual environment."""

    name = "PATH"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The absolute path of the interpreter, symbolic links kept: they are what makes a virtual environment."""
        if not value:
            return ""
        given: str = os.path.expanduser(value)
        found = given
        if os.path.isdir(given):
            found = os.path.join(given, "bin", "python")
        if os.sep not in given and not os.path.isfile(found):
            found = shutil.which(given) or found
        if os.path.isdir(given) and not os.path.isfile(found):
            what = "a folder without bin/python; name an interpreter or a virtual environment"
            self.fail(f"{value}: {what}", param, ctx)
        if not os.path.isfile(found):
            self.fail(f"{value}: no such interpreter", param, ctx)
        if not os.access(found, os.X_OK):
            self.fail(f"{value}: not executable", param, ctx)
        return "/" + os.path.abspath(found).lstrip("/")  # POSIX lets two leading slashes stand


@dataclass(frozen=True)
class _Configuration:
    """What ``[tool.migcheck]`` says."""

    file: Path
    text: str
    values: dict[str, Any]

    def place(self, key: str) -> str:
        """Where a key stands, for a message."""
        return f"{key!r} in {_line(self.file, self.text, key)}"


def _configuration(ctx: click.Context) -> _Configuration:
    root = ctx.find_root()
    if _Configuration.__name__ not in root.meta:
        commands = root.command.commands.values() if isinstance(root.command, click.Group) else [root.command]
        settings = {each.key: each for command in commands for each in command.params if isinstance(each, Setting)}
        root.meta[_Configuration.__name__] = _read(root.meta.get(START) or Path.cwd(), settings)
    found: _Configuration = root.meta[_Configuration.__name__]
    return found


def _read(start: Path, settings: dict[str, Setting]) -> _Configuration:
    """The nearest ``[tool.migcheck]``, from ``start`` upwards; empty where there is none."""
    for folder in (start, *start.parents):
        file = folder / "pyproject.toml"
        try:
            text = file.read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            continue
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{_shown(file)}: cannot be read: {error}") from None
        table = _table(file, text)
        if table is None:
            continue
        for key, value in table.items():
            if key not in settings:
                raise UsageError(f"{_line(file, text, key)}: {unknown(f'key {key!r}', key, settings)}")
            if wrong := _wrong_kind(settings[key], value):
                raise UsageError(f"{_line(file, text, key)}: {key} must be {wrong}, not {value!r}")
        values = {key: _relative(settings[key], value, folder) for key, value in table.items()}
        return _Configuration(file, text, values)
    return _Configuration(start / "pyproject.toml", "", {})


def _table(file: Path, text: str) -> dict[str, Any] | None:
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{_shown(file)}: not valid TOML: {error}") from None
    table: Any = data
    for key in _TABLE:
        if not isinstance(table, dict) or key not in table:
            return None
        table = table[key]
    if not isinstance(table, dict):
        raise UsageError(f"{_line(file, text)}: must be a table")
    return table


def _wrong_kind(setting: Setting, value: Any) -> str:
    """What a value should be, where it is of another kind; click itself would turn 1.5 into 1, and true into 1."""
    if setting.is_flag:
        return "" if isinstance(value, bool) else "true or false"
    if setting.count or isinstance(setting.type, type(click.INT)):
        return "" if type(value) is int else "an integer"
    if isinstance(setting.type, type(click.FLOAT)):
        return "" if type(value) in (int, float) else "a number"
    if setting.key == "slots":
        return "" if type(value) in (int, str) else 'an integer or "auto"'
    return "" if isinstance(value, str) else "a string"


def _relative(setting: Setting, value: Any, folder: Path) -> Any:
    """A path in the file is relative to the file; a bare name of an interpreter is looked up on PATH."""
    if not value:
        return value
    if not setting.path or value[:1] in ("-", "~"):
        return value
    beside = (folder / value / "bin" / "python").is_file() or (folder / value).is_file()
    bare = isinstance(setting.type, Interpreter) and "/" not in value and not beside
    return value if bare else str(folder / value)


def _line(file: Path, text: str, *keys: str) -> str:
    line = line_of(text, (*_TABLE, *keys))
    return f"{_shown(file)}{f':{line}' if line else ''}: [tool.migcheck]"


def _shown(file: Path) -> str:
    try:
        return str(file.relative_to(Path.cwd()))
    except ValueError:
        return str(file)
