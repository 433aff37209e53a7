"""What the text of a Python file imports, which files it names, and what it does that no text tells."""

from __future__ import annotations

import ast
import os
import re
import stat
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

#: Bytes; more takes seconds to parse, for every run.
_LARGEST = 2**20

#: What modules are that have no text.
COMPILED = (".so", ".pyd", ".pyc")

#: Functions that import the module they are given.
_IMPORTERS = frozenset({"import_module", "__import__"})

#: Functions that read files of the package they are given.
_OF_PACKAGE = frozenset(
    {"files", "get_data", "open_text", "open_binary", "read_text", "read_binary"}
    | {"resource_filename", "resource_stream", "resource_string"}
)

#: What imports or runs something that is not in the text, whatever it is an attribute of.
_DYNAMIC = frozenset(
    {"spec_from_file_location", "spec_from_loader", "module_from_spec", "exec_module", "load_module", "load_source"}
    | {"SourceFileLoader", "SourcelessFileLoader", "ExtensionFileLoader", "run_module", "run_path", "walk_packages"}
    | {"entry_points", "addsitedir", "__path__"}
)

#: The same, of these modules; what is unpickled imports the modules of its classes.
_DYNAMIC_OF = frozenset(
    {"exec", "eval", "builtins.exec", "builtins.eval", "sys.path", "sys.meta_path", "sys.path_hooks"}
    | {"pkgutil.resolve_name", "pydoc.locate", "utils.instantiate", "joblib.load"}
    | {f"{module}.{name}" for module in ("pickle", "cloudpickle", "dill") for name in ("load", "loads", "Unpickler")}
    | {"lazy_loader.attach", "lazy_loader.attach_stub"}
)
_UNPICKLES = {"allow_pickle": True, "weights_only": False}

#: A name that is bound twice counts as one of these, if it may be one.
_MODULES = frozenset(name.partition(".")[0] for name in _DYNAMIC_OF)

_LAST = _IMPORTERS | _OF_PACKAGE | _DYNAMIC | {name.rpartition(".")[2] for name in _DYNAMIC_OF}

#: What a text leaves open: a field of ``%``, of ``format`` or of a template, a wildcard of ``glob``.
_OPEN = re.compile(r"%(?:\(\w*\))?[-+ #0]*\d*(?:\.\d+)?[a-zA-Z]|\{[^{}]*\}|\$\w+|\[[^\]]*\]|[*?]")
_SCRIPT = re.compile(r"[^\s/\\'\"]*\.py\b")
_DOTTED = re.compile(r"[^\W\d]\w*(?:(?:\.[^\W\d]\w*)+(?::[\w.]+)?|:[\w.]+)")


@dataclass(frozen=True)
class Import:
    """``import module``, or ``from module import names``, with ``level`` dots in front of the module."""

    module: str
    names: tuple[str, ...] = ()
    level: int = 0
    #: Only a text that reads like the name of a module.
    guessed: bool = False


@dataclass(frozen=True)
class Texts:
    """The string constants of a file, by what they may have to do with the names of other files."""

    #: All of them, one after the other.
    whole: str = ""
    #: What stands between slashes.
    parts: frozenset[str] = frozenset()
    #: How a name begins or ends that is put together while the program runs.
    heads: tuple[str, ...] = ()
    tails: tuple[str, ...] = ()

    def name(self, file: str) -> bool:
        """Whether a file of this name may be meant."""
        return file in self.whole or file.startswith(self.heads) or file.endswith(self.tails)


def texts(strings: Iterable[str]) -> Texts:
    """What these strings have to do with the names of files."""
    parts: set[str] = set()
    heads: set[str] = set()
    tails: set[str] = set()
    every = list(strings)
    for string in every:
        parts.update(re.split(r"[/\\]", string))
        last = re.split(r"[/\\]", _OPEN.sub("*", string))[-1]
        head, tail = last.partition("*")[0], last.rpartition("*")[2]
        if re.search(r"\.\w+$", tail):
            tails.add(tail)
        elif "*" in last and re.search(r"\w{3}", head):
            heads.add(head)
    return Texts("\n".join(every), frozenset(parts - {"", ".", ".."}), tuple(heads), tuple(tails))


@dataclass(frozen=True)
class Source:
    """What one file's text tells of what it depends on."""

    imports: tuple[Import, ...] = ()
    texts: Texts = Texts()
    #: What the names of Python files end with that occur in its strings.
    scripts: frozenset[str] = frozenset()
    #: Why that may not be all, to be read after the file's name: ``:3 calls exec(text)``; empty if it is.
    unknown: str = ""

    @cached_property
    def heads(self) -> frozenset[str]:
        """The first parts of the modules that are not imported relatively."""
        return frozenset(each.module.partition(".")[0] for each in self.imports if not each.level)

    @cached_property
    def is_relative(self) -> bool:
        """Whether there are relative imports."""
        return any(each.level for each in self.imports)


def read_source(path: str) -> Source:
    """What a file's text tells.  One that cannot be read is no error: it says so."""
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            return Source(unknown=" is no regular file")
        if path.endswith(COMPILED):
            return Source(unknown=" is compiled")
        if status.st_size > _LARGEST:
            return Source(unknown=f" is too large to read: {status.st_size / 2**20:.1f} MiB")
        with open(path, "rb") as stream:
            text = stream.read()
        with warnings.catch_warnings():  # of invalid escapes, which are not ours to tell
            warnings.simplefilter("ignore")
            return _Reading(ast.parse(text)).source()
    except OSError as error:
        return Source(unknown=f" cannot be opened: {error.strerror}")
    except SyntaxError as error:
        return Source(unknown=f"{f':{error.lineno}' if error.lineno else ''} is not valid Python")
    except ValueError:  # a null byte
        return Source(unknown=" is not valid Python")
    except (RecursionError, MemoryError):
        return Source(unknown=" is nested too deeply to read")


class _Reading:
    """One pass over a syntax tree."""

    def __init__(self, tree: ast.Module) -> None:
        self._imports: list[Import] = []
        self._strings: list[str] = []
        self._scripts: set[str] = set()
        self._unknown: list[tuple[int, str]] = []
        #: Dynamic functions that are imported; said only if nothing says more.
        self._doubtful: list[tuple[int, str]] = []
        #: What the names that imports bind stand for, wherever they are bound.
        self._bound: dict[str, str] = {}
        self._called: set[int] = set()
        nodes = list(_nodes(tree))
        for node in nodes:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                self._import(node)
        for node in nodes:
            self._note(node)

    def source(self) -> Source:
        unknown = min(self._unknown or self._doubtful, default=None)
        said = f":{unknown[0]} {unknown[1]}" if unknown else ""
        imports = tuple(dict.fromkeys(self._imports))
        return Source(imports, texts(self._strings), frozenset(self._scripts), said)

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        if isinstance(node, ast.Import):
            self._imports += [Import(alias.name) for alias in node.names]
            for alias in node.names:
                head = alias.name.partition(".")[0]
                self._bind(alias.asname or head, alias.name if alias.asname else head)
            return
        module = node.module or ""
        self._imports.append(Import(module, tuple(alias.name for alias in node.names), node.level))
        for alias in node.names:
            full = f"{module}.{alias.name}"
            self._bind(alias.asname or alias.name, full)
            renamed = alias.name in _IMPORTERS and alias.asname not in (None, alias.name)
            if renamed or _is_dynamic(full):
                self._doubtful.append((node.lineno, f"imports {full}"))

    def _bind(self, name: str, full: str) -> None:
        if name not in self._bound or full.partition(".")[0] in _MODULES:
            self._bound[name] = full

    def _note(self, node: ast.AST) -> None:
        if isinstance(node, ast.Constant):
            if isinstance(node.value, (str, bytes)):
                text = node.value if isinstance(node.value, str) else node.value.decode("utf-8", "replace")
                self._string(text, node.lineno)
        elif isinstance(node, ast.JoinedStr):
            parts = [each.value if isinstance(each, ast.Constant) else "*" for each in node.values]
            self._strings.append("".join(map(str, parts)))
        elif isinstance(node, ast.Call):
            self._call(node)
        elif isinstance(node, ast.Attribute) or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)):
            full = self._full(node)
            if full and id(node) not in self._called and (_is_dynamic(full) or full.rpartition(".")[2] in _IMPORTERS):
                self._unknown.append((node.lineno, f"uses {full}"))

    def _call(self, node: ast.Call) -> None:
        full = self._full(node.func)
        last = full.rpartition(".")[2]
        pickled = any(
            isinstance(each.value, ast.Constant) and each.arg in _UNPICKLES and each.value.value is _UNPICKLES[each.arg]
            for each in node.keywords
        )
        if last in _IMPORTERS:
            wanted = _constant(node, last)
            self._called.add(id(node.func))
            if wanted:
                self._imports.append(wanted)
        elif last in _OF_PACKAGE and node.args and isinstance(node.args[0], ast.Constant):
            wanted = Import(str(node.args[0].value), guessed=True)
            self._imports.append(wanted)
        else:
            wanted = None
        if pickled or _is_dynamic(full) or (last in _IMPORTERS and not wanted):
            self._called.add(id(node.func))
            self._unknown.append((node.lineno, f"calls {_shown(node, full)}"))

    def _string(self, text: str, line: int) -> None:
        self._strings.append(text)
        if text in _IMPORTERS or text in _DYNAMIC:
            self._unknown.append((line, f"names {text!r}"))
        if _DOTTED.fullmatch(text):
            self._imports.append(Import(text.partition(":")[0], guessed=True))
        if ".py" in text:
            for script in _SCRIPT.findall(_OPEN.sub("*", text)):
                tail = script.rpartition("*")[2]
                if tail == ".py":
                    self._unknown.append((line, f"puts the name of a Python file together, with {text[:40]!r}"))
                else:
                    self._scripts.add(tail)

    def _full(self, node: ast.expr) -> str:
        """The dotted name of one that may matter, with what an import bound to its first part; else empty."""
        last = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        if last not in _LAST and last not in self._bound:
            return ""
        names = []
        while isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        names.append(self._bound.get(node.id, node.id) if isinstance(node, ast.Name) else "")
        return ".".join(reversed(names))


def _nodes(tree: ast.Module) -> Iterator[ast.AST]:
    """All nodes, a parent before its children, but for strings that are statements: documentation."""
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        yield node
        if isinstance(node, (ast.Name, ast.Constant)):
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, list):
                todo += [each for each in value if isinstance(each, ast.AST)]
            elif isinstance(value, ast.AST) and not isinstance(value, (ast.expr_context, ast.operator)):
                todo.append(value)


def _is_dynamic(full: str) -> bool:
    names = full.split(".")
    return names[-1] in _DYNAMIC or ".".join(names[-2:]) in _DYNAMIC_OF


def _constant(node: ast.Call, function: str) -> Import | None:
    """What a call imports, if its arguments say so."""
    given: dict[int | str | None, ast.expr] = {**dict(enumerate(node.args)), **{k.arg: k.value for k in node.keywords}}
    name = given.get(0, given.get("name"))
    if None in given or any(isinstance(each, ast.Starred) for each in node.args):
        return None
    if not isinstance(name, ast.Constant) or not isinstance(name.value, str):
        return None
    if function == "__import__":
        level = given.get(4, given.get("level"))
        absolute = level is None or (isinstance(level, ast.Constant) and level.value == 0)
        return Import(name.value, ("*",) if len(given) > 1 else ()) if absolute else None
    module = name.value.lstrip(".")
    dots = len(name.value) - len(module)
    package = given.get(1, given.get("package"))
    if dots and isinstance(package, ast.Constant) and isinstance(package.value, str):
        return Import(".".join((*package.value.split(".")[: 1 - dots or None], module)))
    own = isinstance(package, ast.Name) and package.id in ("__package__", "__name__")
    return Import(module, level=dots) if own or not dots else None


def _shown(node: ast.Call, full: str) -> str:
    try:
        text = " ".join(ast.unparse(node).split())
    except RecursionError:
        return f"{full}(…)"
    return text if len(text) <= 80 else f"{text[:79]}…"
