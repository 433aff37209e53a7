"""A function of a test, taken apart and made again in another process."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import textwrap
import types
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pytest
from execnet.gateway_base import dumps_internal, loads_internal
from hypothesis import given, settings
from hypothesis import strategies as st

from migcheck.host.job import Parcel
from migcheck.host.parcel import unpack
from migcheck.sending.function import NotSendable, program_of

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Case:
    """A test's module, and what its function gives when it is called with ``x``; or why it is refused."""

    name: str
    source: str
    #: The ``repr`` of the result, or of the error that the function raises; of a refused one, the reason.
    says: str
    #: Runs once the module ``m`` is imported.
    before: str = ""
    #: The function, as an expression of the module.
    function: str = "program"
    x: int = 2
    #: Further files, by path.
    files: dict[str, str] = field(default_factory=dict)
    module: str = "test_m"
    #: What stands on the path, below the folder of the case.
    folders: tuple[str, ...] = (".",)
    encoding: str = "utf-8"

    def write(self, folder: Path) -> None:
        for path, text in {**self.files, self.module.replace(".", "/") + ".py": self.source}.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(textwrap.dedent(text).lstrip("\n").encode(self.encoding))


VALUES = [
    Case(
        "a dict changed after import",
        """
        CONFIG = {}
        CONFIG["x"] = 1
        def program(x):
            return CONFIG["x"] * x
        """,
        "14",
        before="m.CONFIG['x']=7",
    ),
    Case(
        "a dict that lost an item",
        """
        C = {"n": 1, "k": 2}
        del C["n"]
        def program(x):
            return C
        """,
        "{'k': 2}",
    ),
    Case(
        "a set that a test added to",
        """
        T = {1, 2}
        def program(x):
            return len(T)
        """,
        "3",
        before="m.T.add(9)",
    ),
    Case(
        "an attribute of a class set by a test",
        """
        class Net:
            k = 1
        def program(x):
            return Net.k * x
        """,
        "10",
        before="m.Net.k=5",
    ),
    Case(
        "a class replaced by another",
        """
        class Net:
            k = 1
        class Other:
            k = 2
        def fix():
            global Net
            Net = Other
        def program(x):
            return Net.k * x
        """,
        "4",
        before="m.fix()",
    ),
    Case(
        "an enum's member replaced by another",
        """
        import signal
        T = signal.SIGINT
        def program(x):
            return T.name
        """,
        "'SIGTERM'",
        before="import signal; m.T=signal.SIGTERM",
    ),
    Case(
        "a default made from a name that changed since",
        """
        N = 1
        def program(x, k=N):
            return k * x
        N = 2
        """,
        "2",
    ),
    Case(
        "defaults that were set",
        "def program(x, k=1):\n    return k * x\n",
        "8",
        before="m.program.__defaults__=(4,)",
    ),
    Case(
        "a code that was set",
        """
        def program(x):
            return x
        def other(x):
            return 3 * x
        """,
        "6",
        before="m.program.__code__=m.other.__code__",
    ),
    Case(
        "a default that a call changed",
        """
        def h(x, acc=[]):
            acc.append(x)
            return len(acc)
        def program(x):
            return h(x)
        """,
        "2",
        before="m.h(1)",
    ),
    Case(
        "a default that a call drew, once",
        """
        import itertools
        c = [0]
        def nxt():
            c[0] += 1
            return c[0]
        def program(x, w=nxt()):
            return w, c
        """,
        "(1, [1])",
    ),
    Case(
        "an attribute of a function",
        """
        def h(x):
            return x * getattr(h, "k", 1)
        def program(x):
            return h(x)
        """,
        "14",
        before="m.h.k=7",
    ),
    Case(
        "a builtin that was shadowed for a while",
        """
        def max(*a):
            return 77
        del max
        def program(x):
            return max(1, 2)
        """,
        "2",
    ),
    Case(
        "a name that does not exist",
        """
        def program(x):
            try:
                return LATE
            except NameError:
                return "no"
        """,
        "'no'",
    ),
    Case(
        "builtins shadowed by the module",
        """
        import math
        sum = math.prod
        len = lambda x: 42
        def program(x):
            return sum([2, 3, 4]) * len("")
        """,
        "1008",
    ),
    Case(
        "builtins under other names",
        """
        mx = max
        abs2 = abs
        T = int
        def program(x):
            return mx(1, 9), abs2(-1), T("3")
        """,
        "(9, 1, 3)",
    ),
    Case(
        "one list under two names",
        """
        A = [1]
        B = A
        def program(x):
            A.append(x)
            return B
        """,
        "[1, 2]",
    ),
    Case(
        "one list twice in a list",
        """
        A = [1]
        B = [A, A]
        def program(x):
            B[0].append(x)
            return B
        """,
        "[[1, 2], [1, 2]]",
    ),
    Case(
        "a dict that holds itself",
        """
        A = {}
        A["a"] = A
        def program(x):
            return len(A)
        """,
        "1",
    ),
    Case(
        "an int of 5000 digits",
        """
        A = 10**5000
        def program(x):
            return A % 7
        """,
        "2",
    ),
    Case(
        "the order of a dict",
        """
        A = {"b": 1, "a": 2, 3: {None: True}}
        def program(x):
            return list(A), A
        """,
        "(['b', 'a', 3], {'b': 1, 'a': 2, 3: {None: True}})",
    ),
    Case(
        "containers in containers",
        """
        A = [
            (1, {"a": [None, True, b"x", 1.5, "q"]}),
        ]
        def program(x):
            return A
        """,
        "[(1, {'a': [None, True, b'x', 1.5, 'q']})]",
    ),
    Case(
        "a lone surrogate",
        'A = "\\ud800" + chr(0x1F600)\ndef program(x):\n    return A\n',
        "'\\ud800\U0001f600'",
    ),
    Case(
        "inf, nan, minus zero and a subnormal",
        """
        import math
        A = float("inf")
        B = -float("nan")
        C = -0.0
        D = 1e-320
        def program(x):
            return A, B, C, D, math.copysign(1, B), math.copysign(1, C)
        """,
        "(inf, nan, -0.0, 1e-320, -1.0, -1.0)",
    ),
    Case(
        "a complex of minus zero",
        """
        A = complex(-0.0, 1.0)
        def program(x):
            return A
        """,
        "(-0+1j)",
    ),
    Case(
        "a slice",
        """
        def mk(k):
            def program(x):
                return k
            return program
        q = mk(slice(1))
        """,
        "slice(None, 1, None)",
        function="q",
    ),
    Case(
        "members of an enum of Python's in a dict",
        """
        import signal
        S = {signal.SIGINT: [signal.SIGTERM]}
        def program(x):
            return S
        """,
        "{<Signals.SIGINT: 2>: [<Signals.SIGTERM: 15>]}",
    ),
    Case(
        "an array",
        """
        import numpy as np
        A = np.arange(3)
        def program(x):
            return A.sum()
        """,
        "3",
    ),
    Case(
        "arrays and scalars of many kinds",
        """
        import numpy as np
        A = np.zeros((0, 3), "f4")
        B = np.float32(2)
        C = np.array(5)
        D = np.arange(3, dtype=">f4")
        E = np.array([1 + 2j, np.nan])
        F = np.bool_(True)
        def program(x):
            return A, B, C, D, E, F, type(B) is np.float32, type(F) is np.bool_
        """,
        "(array([], shape=(0, 3), dtype=float32), 2.0, array(5), array([0., 1., 2.], dtype='>f4'), "
        "array([ 1.+2.j, nan+0.j]), True, True, True)",
    ),
    Case(
        "one array under two names",
        """
        import numpy as np
        A = np.arange(3)
        B = A
        def program(x):
            A[0] = 9
            return B.tolist()
        """,
        "[9, 1, 2]",
    ),
    Case(
        "dtypes",
        """
        import numpy as np
        D = [np.dtype("<i2"), np.float64, np.dtype(">f8")]
        def program(x):
            return D, np.zeros(1, D[0]).dtype is D[0] or D[0] == np.int16
        """,
        "([dtype('int16'), <class 'numpy.float64'>, dtype('>f8')], True)",
    ),
    Case(
        "a scalar of numpy's closed over",
        """
        import numpy as np
        def mk(k):
            def program(x):
                return k * x
            return program
        q = mk(np.float32(3))
        """,
        "6.0",
        function="q",
    ),
    Case(
        "a type of numpy's closed over",
        """
        import numpy as np
        def mk(d):
            def program(x):
                return d(x)
            return program
        q = mk(np.float16)
        """,
        "2.0",
        function="q",
    ),
]

CLOSURES = [
    Case(
        "a cell of the name of a global",
        """
        k = 100
        def mk(k):
            def program(x):
                return x * k
            return program
        q = mk(3)
        """,
        "6",
        function="q",
    ),
    Case(
        "a list changed after the function was made",
        """
        def mk():
            k = [1]
            def program(x):
                return x * sum(k)
            k.append(5)
            return program
        q = mk()
        """,
        "12",
        function="q",
    ),
    Case(
        "a function that calls itself",
        """
        def mk(k):
            def a(n):
                return 1 if n <= 0 else a(n - 1) + k
            return a
        q = mk(3)
        """,
        "16",
        function="q",
        x=5,
    ),
    Case(
        "a function that calls itself by another name",
        """
        def mk():
            def run(n):
                return 1 if n <= 0 else p(n - 1) + 1
            p = run
            return run
        q = mk()
        """,
        "3",
        function="q",
    ),
    Case(
        "a local function with another default",
        """
        def mk():
            def program(x, s=2):
                return x * s
            return program
        q = mk()
        q.__defaults__ = (9,)
        """,
        "18",
        function="q",
    ),
    Case(
        "a cell without a value",
        """
        def mk():
            def program(x):
                try:
                    return k
                except NameError as error:
                    return type(error).__name__
            return program
            k = 1
        q = mk()
        """,
        "'NameError'",
        function="q",
    ),
    Case(
        "a nonlocal of its own",
        """
        def program(x):
            n = 0
            def f():
                nonlocal n
                n += x
                return n
            return f()
        """,
        "2",
    ),
    Case(
        "two functions that changed names",
        """
        def mk():
            def a(x):
                return x * 2
            def b(x):
                return x * 3
            a, b = b, a
            def program(x):
                return a(x)
            return program
        q = mk()
        """,
        "6",
        function="q",
    ),
    Case(
        "a cell and a global of one name",
        """
        k = 2
        def g(x):
            return k * x
        def mk(k):
            def program(x):
                return g(x) + k
            return program
        q = mk(3)
        """,
        "7",
        function="q",
    ),
    Case(
        "a local helper and a global of one name",
        """
        def h(x):
            return x
        def g(x):
            return h(x)
        def mk():
            def h(x):
                return g(x) * 2
            def program(x):
                return h(x)
            return program
        q = mk()
        """,
        "4",
        function="q",
    ),
    Case(
        "a default bound in a loop",
        """
        def mk():
            out = []
            for k in (1, 2):
                def program(x, k=k):
                    return x * k
                out.append(program)
            return out[0]
        q = mk()
        """,
        "2",
        function="q",
    ),
    Case(
        "a cell passed through",
        """
        def mk(k):
            def program(x):
                def a():
                    return lambda: k * x
                return a()()
            return program
        q = mk(3)
        """,
        "6",
        function="q",
    ),
    Case(
        "a dict of functions",
        """
        def mk():
            def a(x):
                return x
            d = {"a": a}
            def program(x):
                return d["a"](x)
            return program
        q = mk()
        """,
        "2",
        function="q",
    ),
    Case(
        "a builtin",
        """
        def mk(f):
            def program(x):
                return f(x)
            return program
        q = mk(abs)
        """,
        "2",
        function="q",
    ),
    Case(
        "functions that call each other by globals",
        """
        def a(x):
            return b(x) + 1
        def b(x):
            return c(x) * 2
        def c(x):
            return x if x <= 0 else a(x - 1)
        def program(x):
            return a(x)
        """,
        "7",
    ),
    Case(
        "generators and comprehensions",
        """
        K = 3
        def h(n):
            for i in range(n):
                yield i * K
        def program(x):
            return (
                sum(h(x)),
                list(i * K for i in range(x)),
                [K * i for i in range(x)],
                {i: K for i in range(x)},
            )
        """,
        "(3, [0, 3], [0, 3], {0: 3, 1: 3})",
    ),
    Case(
        "defaults of keywords",
        """
        K = (3,)
        def program(x, *, k=K[0], l=[]):
            return x * k, l
        """,
        "(6, [])",
    ),
]

CLASSES = [
    Case(
        "a body that reads a parameter",
        """
        n = 3
        def mk(n):
            class Net:
                k = n
            def program(x):
                return Net.k * x
            return program
        q = mk(50)
        """,
        "100",
        function="q",
    ),
    Case(
        "a base of the name of a global",
        """
        class Base:
            v = 1
        def mk():
            class Base:
                v = 70
            return mk2(Base)
        def mk2(Base):
            class Net(Base):
                pass
            def program(x):
                return Net.v * x
            return program
        q = mk()
        """,
        "140",
        function="q",
    ),
    Case(
        "a static method that closes over a parameter",
        """
        scale = 3
        def mk(scale):
            class Net:
                @staticmethod
                def f(x):
                    return x * scale
            def program(x):
                return Net.f(x)
            return program
        q = mk(50)
        """,
        "100",
        function="q",
    ),
    Case(
        "a property that closes over a parameter",
        """
        scale = 3
        def mk(scale):
            class Net:
                @property
                def f(self):
                    return scale
            def program(x):
                return Net().f * x
            return program
        q = mk(50)
        """,
        "100",
        function="q",
    ),
    Case(
        "a body that calls a parameter of a builtin's name",
        """
        def mk(sum):
            class Net:
                k = sum([1, 2])
            def program(x):
                return Net.k
            return program
        q = mk(len)
        """,
        "2",
        function="q",
    ),
    Case(
        "super in a local class",
        """
        class A:
            def f(self, x):
                return x + 1
        def mk(s):
            class Net(A):
                def f(self, x):
                    return super().f(x) * s
            def program(x):
                return Net().f(x)
            return program
        q = mk(5)
        """,
        "15",
        function="q",
    ),
    Case(
        "two local classes of one name",
        """
        def t1():
            class Net:
                k = 1
            def program(x):
                return Net.k * x
            return program
        def t2():
            class Net:
                k = 2
            def program(x):
                return Net.k * x
            return program
        q = t2()
        """,
        "4",
        function="q",
    ),
    Case(
        "a method from elsewhere",
        """
        def mkf(k):
            def f(self, x):
                return k * x
            return f
        k = 1
        def outer(s):
            class Net:
                def h(self, x):
                    return s * x
            Net.g = mkf(100)
            def program(x):
                return Net().h(x), Net().g(x)
            return program
        q = outer(3)
        """,
        "(6, 200)",
        function="q",
    ),
    Case(
        "a method replaced by a function of the file",
        """
        class A:
            def f(self, x):
                return x
        def f2(self, x):
            return 5 * x
        A.f = f2
        def program(x):
            return A().f(x)
        """,
        "10",
    ),
    Case(
        "class methods and static methods",
        """
        class Net:
            K = 3
            @classmethod
            def make(cls, k):
                return cls.K * k
            @staticmethod
            def twice(k):
                return 2 * k
        def program(x):
            return Net.make(x), Net.twice(x), Net().make(x)
        """,
        "(6, 4, 6)",
    ),
    Case(
        "a cached property",
        """
        import functools
        class Net:
            n = 0
            @functools.cached_property
            def w(self):
                Net.n += 1
                return 3
        def program(x):
            net = Net()
            return net.w + net.w, Net.n
        """,
        "(6, 1)",
    ),
    Case(
        "a subclass of a class of Python's",
        """
        import fractions
        class Q(fractions.Fraction):
            __slots__ = ()
            near = fractions.Fraction.limit_denominator
        def program(x):
            return Q(1).near(x)
        """,
        "Fraction(1, 1)",
    ),
    Case(
        "classes that know of each other through a list",
        """
        R = []
        class A:
            registry = R
        R.append(A)
        class B(A):
            pass
        R.append(B)
        def program(x):
            return A is R[0] and B in A.registry and B.__bases__[0] is A
        """,
        "True",
    ),
    Case(
        "a private name",
        """
        class TestX:
            __s = 3
            def test_a(self):
                def program(x):
                    return x * TestX.__s
                return program
        q = TestX().test_a()
        """,
        "6",
        function="q",
    ),
    Case(
        "a private global",
        """
        _TestX__h = 3
        __h = 8
        class TestX:
            def test_a(self):
                def program(x):
                    return x * __h
                return program
        q = TestX().test_a()
        """,
        "6",
        function="q",
    ),
    Case(
        "a static method of a test class",
        """
        import fractions
        NET = fractions.Fraction(1)
        class TestX:
            @staticmethod
            def program(x):
                return x
            def test_it(self, parity):
                return NET
        """,
        "2",
        function="TestX.program",
    ),
    Case(
        "a function that reads its __class__",
        """
        class TestX:
            V = 4
            def test_a(self):
                def program(x):
                    return x * __class__.V
                return program
        q = TestX().test_a()
        """,
        "8",
        function="q",
    ),
    Case(
        "an instance pickled there",
        """
        import pickle
        class A:
            pass
        def program(x):
            return type(pickle.loads(pickle.dumps(A()))).__name__
        """,
        "'A'",
    ),
]

DECORATORS = [
    Case(
        "of the test's own",
        """
        import functools
        def deco(f):
            @functools.wraps(f)
            def w(x):
                return f(x) * 2
            return w
        @deco
        def program(x):
            return x
        """,
        "4",
    ),
    Case(
        "of the test's own with an argument that changed since",
        """
        import functools
        def deco(k):
            def d(f):
                @functools.wraps(f)
                def w(x):
                    return f(x) * k
                return w
            return d
        K = 4
        @deco(K)
        def program(x):
            return x
        K = 10
        """,
        "8",
    ),
    Case(
        "of the test's own on a local function",
        """
        import functools
        def deco(f):
            @functools.wraps(f)
            def w(x):
                return f(x) * 2
            return w
        def mk():
            @deco
            def program(x):
                return x
            return program
        q = mk()
        """,
        "4",
        function="q",
    ),
    Case(
        "a cache on a local function",
        """
        import functools
        def mk():
            @functools.lru_cache
            def program(x):
                return x
            return program
        q = mk()
        """,
        "2",
        function="q",
    ),
    Case(
        "a cache on a helper",
        """
        import functools
        @functools.lru_cache
        def h(x):
            return x * 3
        def program(x):
            return h(x)
        """,
        "6",
    ),
    Case(
        "a context manager",
        """
        import contextlib
        @contextlib.contextmanager
        def cm(k):
            yield k * 2
        def program(x):
            with cm(x) as y:
                return y
        """,
        "4",
    ),
    Case(
        "a partial",
        """
        import functools
        def f(k, x):
            return k * x
        g = functools.partial(f, 3)
        def program(x):
            return g(x)
        """,
        "6",
    ),
    Case(
        "a lambda with a default",
        """
        K = 2
        g = lambda x, k=K: k * x
        K = 5
        def program(x):
            return g(x)
        """,
        "4",
    ),
    Case(
        "a function that says that it wraps another",
        """
        import functools
        def base(x):
            return x
        @functools.wraps(base)
        def program(x):
            return 4 * x
        """,
        "8",
    ),
    Case(
        "a registry",
        """
        import helpers
        @helpers.reg
        def a(x):
            return 2 * x
        @helpers.reg
        def b(x):
            return 3 * x
        def program(x):
            return [f(x) for f in helpers.REG]
        """,
        "[4, 6]",
        files={
            "helpers.py": """
            REG = []
            def reg(f):
                REG.append(f)
                return f
            """
        },
    ),
]

MODULES = [
    Case(
        "an attribute that a test set",
        """
        import helpers
        def program(x):
            return helpers.f(x) * helpers.S
        """,
        "50",
        before="import helpers; helpers.S=5",
        files={
            "helpers.py": """
            S = 1
            def f(x):
                return S * x
            """
        },
    ),
    Case(
        "an attribute that another module set",
        """
        import helpers, config
        def program(x):
            return helpers.S * x
        """,
        "10",
        files={"helpers.py": "S = 1\n", "config.py": "import helpers\nhelpers.S = 5\n"},
    ),
    Case(
        "a global that a function of the module set",
        """
        import helpers
        from helpers import f
        def program(x):
            return f(x)
        """,
        "8",
        before="import helpers; helpers.set_(4)",
        files={
            "helpers.py": """
            S = 1
            def f(x):
                return S * x
            def set_(k):
                global S
                S = k
            """
        },
    ),
    Case(
        "a function that the test's module replaced",
        """
        import helpers as h
        from helpers import f
        def ff(x):
            return 50 * x
        h.f = ff
        def program(x):
            return f(x) * h.S
        """,
        "2",
        files={
            "helpers.py": """
            S = 1
            def f(x):
                return x
            """
        },
    ),
    Case(
        "an attribute read before it changed",
        """
        import helpers
        D = helpers.D
        helpers.D = object()
        def program(x):
            return D.v * x
        """,
        "2",
        files={
            "helpers.py": """
            class A:
                v = 1
            class B:
                v = 2
            D = A
            """
        },
    ),
    Case(
        "an attribute set and set back",
        """
        import helpers
        helpers.S = 5
        def program(x):
            return helpers.S * x
        """,
        "4",
        before="import helpers; helpers.S=2",
        files={"helpers.py": "S = 2\n"},
    ),
    Case(
        "a module imported by the function",
        """
        def program(x):
            import helpers
            from helpers import f
            return f(x) + helpers.S
        """,
        "15",
        before="import helpers; helpers.S=5",
        files={
            "helpers.py": """
            S = 1
            def f(x):
                return S * x
            """
        },
    ),
    Case(
        "another file of the module's name, found first now",
        """
        import helpers
        sys_inserted = 1
        def program(x):
            return helpers.S * x
        """,
        "6",
        before="import os; sys.path.insert(0, os.path.join(os.path.dirname(m.__file__),'later'))",
        files={"helpers.py": "S = 3\n", "later/helpers.py": "S = 50\n"},
    ),
    Case(
        "a folder that is no longer on the path",
        """
        from helpers import f
        def program(x):
            return f(x)
        """,
        "2",
        before="sys.path[:] = [p for p in sys.path if not p.endswith('/sub')]",
        files={"sub/helpers.py": "def f(x):\n    return x\n"},
        folders=(".", "sub"),
    ),
    Case(
        "relative imports",
        """
        from . import helpers
        from .helpers import f as g
        def program(x):
            from .helpers import S
            return g(x) * helpers.S * S
        """,
        "48",
        files={
            "pkg/__init__.py": "\n",
            "pkg/sub/__init__.py": "\n",
            "pkg/sub/helpers.py": """
            S = 4
            def f(x):
                return x + 1
            """,
        },
        module="pkg.sub.test_m",
    ),
    Case(
        "a package that imports from its modules",
        """
        import pkg
        from pkg import layers
        def program(x):
            return pkg.layers.net(x), layers.net(x), pkg.NAME
        """,
        "(18, 18, 'n')",
        files={
            "pkg/__init__.py": 'from .layers import net\nNAME = "n"\n',
            "pkg/layers/__init__.py": "from .dense import net\n",
            "pkg/layers/dense.py": """
            from ..consts import K
            from .. import consts
            def net(x):
                return x * K * consts.K
            """,
            "pkg/consts.py": "K = 3\n",
        },
    ),
    Case(
        "modules of one name in two packages",
        """
        import pa.m, pb.m
        def program(x):
            return pa.m.f(x), pb.m.f(x)
        """,
        "(6, 8)",
        files={
            "pa/__init__.py": "\n",
            "pb/__init__.py": "\n",
            "pa/m.py": """
            K = 3
            def f(x):
                return K * x
            """,
            "pb/m.py": """
            K = 4
            def f(x):
                return K * x
            """,
        },
    ),
    Case(
        "packages without an __init__.py",
        """
        import nsp.a.b
        import nsp.a.b as q
        from nsp.a import c
        def program(x):
            return nsp.a.b.S * q.S * c.S * x
        """,
        "96",
        files={"nsp/a/b.py": "S = 4\n", "nsp/a/c.py": "S = 3\n"},
    ),
    Case(
        "a submodule that another module imported",
        """
        import nsp
        import loader
        def program(x):
            return nsp.b.S * x
        """,
        "6",
        files={"nsp/__init__.py": "\n", "loader.py": "import nsp.b\n", "nsp/b.py": "S = 3\n"},
    ),
    Case(
        "names imported by a star",
        """
        from helpers import *
        def program(x):
            return f(x) * S
        """,
        "12",
        files={
            "helpers.py": """
            S = 4
            def f(x):
                return x + 1
            """
        },
    ),
    Case(
        "a function of another file under the name of one",
        """
        import helpers
        def step(x):
            return x
        def fix():
            global step
            step = helpers.step2()
        fix()
        def program(x):
            return step(x)
        """,
        "60",
        files={
            "helpers.py": """
            def step(x):
                return 30 * x
            def step2():
                return step
            """
        },
    ),
    Case(
        "a function made in a conftest",
        "from conftest import make\nq = make(4)\n",
        "80",
        function="q",
        files={
            "conftest.py": """
            K = 10
            def make(k):
                def program(x):
                    return x * k * K
                return program
            """
        },
    ),
    Case(
        "a module that imports the test's module",
        """
        import helpers
        def program(x):
            return helpers.back()(x)
        def orig(x):
            return 6 * x
        """,
        "12",
        files={
            "helpers.py": """
            def back():
                import test_m
                return test_m.orig
            """
        },
    ),
]

INSTALLED = [
    Case(
        "a module imported by the function",
        """
        def program(x):
            import math
            from math import pi as p
            return math.floor(p) * x
        """,
        "6",
    ),
    Case(
        "a module imported where another is missing",
        """
        try:
            import no_such_module as T
        except ImportError:
            import colorsys as T
        def program(x):
            return T.__name__
        """,
        "'colorsys'",
    ),
    Case(
        "a module through importorskip",
        """
        import pytest
        pytest.importorskip("numpy")
        np = pytest.importorskip("numpy")
        def program(x):
            return np.pi
        """,
        "3.141592653589793",
    ),
    Case(
        "a logger",
        """
        import logging
        log = logging.getLogger(__name__)
        def program(x):
            log.info("a")
            return x
        """,
        "2",
    ),
    Case(
        "a coroutine",
        """
        async def h(x):
            return x * 3
        def program(x):
            import asyncio
            return asyncio.run(h(x))
        """,
        "6",
    ),
    Case(
        "the source of a function",
        """
        import inspect
        def h(x):
            return x
        def program(x):
            return inspect.getsource(h)
        """,
        "'def h(x):\\n    return x\\n'",
    ),
]

TEXT = [
    Case(
        "one of two branches",
        """
        import sys
        if sys.version_info>(3,):
            def h(x): return x
        else:
            def h(x): return 2*x
        def program(x): return h(x)
        """,
        "2",
    ),
    Case(
        "a class made in a loop",
        """
        class N: k=1
        for i in (1,):
            class N: k=2
        def program(x): return N.k
        """,
        "2",
    ),
    Case(
        "lambdas on one line",
        (
            "F=[lambda x: x*3, lambda x: x*4]; G=lambda x: x*5; H=lambda x: x*6\n"
            "def program(x): return F[1](x), G(x), H(x)\n"
        ),
        "(8, 10, 12)",
    ),
    Case(
        "lambdas on one line that close over a name",
        "def mk(k): return (lambda x: x*k), (lambda x: x+k)\nq=mk(7)[1]\n",
        "9",
        function="q",
    ),
    Case(
        "a form feed before a class",
        (
            "x=1\n"
            "\x0c\n"
            "\n"
            "class Net:\n"
            "    def f(self,x): return x\n"
            "    k = 1\n"
            "    k = 7\n"
            "def program(x): return Net.k*x\n"
        ),
        "14",
    ),
    Case(
        "a line separator in a text",
        (
            "D='a\u2028b'\n"
            "\n"
            "def h(l):\n"
            "    l.append(1)\n"
            "    l.append(2)\n"
            "\n"
            "\n"
            "def program(x):\n"
            "    l=[]\n"
            "    h(l)\n"
            "    return l\n"
        ),
        "[1, 2]",
    ),
    Case(
        "a next-line sign in a comment",
        (
            "# a\x85b\n"
            "\n"
            "def h(l):\n"
            "    l.append(1)\n"
            "    l.append(2)\n"
            "\n"
            "def program(x):\n"
            "    l=[]\n"
            "    h(l)\n"
            "    return l\n"
        ),
        "[1, 2]",
    ),
    Case(
        "a file separator in a function",
        "def program(x):\n    return 'a\x1cb\u2028', x\n",
        "('a\\x1cb\\u2028', 2)",
    ),
    Case(
        "line ends of Windows",
        "K=2\r\ndef program(x):\r\n    s='''a\r\nb'''\r\n    return x*K, s\r\n",
        "(4, 'a\\nb')",
    ),
    Case(
        "a byte order mark",
        "\ufeffK=2\ndef program(x):\n    return x*K\n",
        "4",
    ),
    Case(
        "a file in Latin-1",
        "# -*- coding: latin-1 -*-\ndef program(x):\n    return '\xe9', x\n",
        "('\xe9', 2)",
        encoding="latin-1",
    ),
    Case(
        "a name that Python normalizes",
        "\ufb01=2\ndef program(x):\n    return \ufb01*x\n",
        "4",
    ),
    Case(
        "tabs",
        ("if True:\n\tclass A:\n\t\tdef f(self):\n\t\t\treturn '''\n\tq'''\ndef program(x):\n\treturn A().f()\n"),
        "'\\n\\tq'",
    ),
    Case(
        "comments left of the code",
        """
        if True:
            class A:
        # c
                def f(self):
          # d
                    return 5
        def program(x):
            return A().f()
        """,
        "5",
    ),
    Case(
        "texts of several lines in a local function",
        (
            "def mk(k):\n"
            "    def program(x):\n"
            "        s='''\n"
            "a\n"
            "   b'''\n"
            "        return s, x, '''\\\n"
            "z'''\n"
            "    return program\n"
            "q=mk(1)\n"
        ),
        "('\\na\\n   b', 2, 'z')",
        function="q",
    ),
    Case(
        "no line end at the end",
        "def program(x):\n    return x",
        "2",
    ),
    Case(
        "a file edited where the function does not stand",
        """
        class N:
            v=3
        def program(x): return N.v
        """,
        "3",
        before="import pathlib; p=pathlib.Path(m.__file__); p.write_text(p.read_text().replace('v=3','v=4'))",
    ),
    Case(
        "a future import",
        """
        from __future__ import division
        class A: v=1/2
        def program(x): return A.v
        """,
        "0.5",
    ),
    Case(
        "its name and its text",
        """
        def program(x):
            'doc'
            return program.__doc__, program.__name__, program.__qualname__
        """,
        "('doc', 'program', 'program')",
    ),
]

REFUSED = [
    Case(
        "a partial",
        """
        import functools
        def f(k, x):
            return k * x
        program = functools.partial(f, 3)
        """,
        "is a partial, not a function",
    ),
    Case(
        "a method",
        """
        class TestX:
            def program(self, x):
                return x
        """,
        "is a method, not a function",
        function="TestX().program",
    ),
    Case(
        "a class method",
        """
        class T:
            @classmethod
            def program(cls, x):
                return x
        """,
        "is a method, not a function",
        function="T.program",
    ),
    Case(
        "a function of no file",
        'exec("def program(x): return x")\n',
        "is not defined in a file of the project's",
    ),
    Case(
        "a function of an installed package",
        "from textwrap import dedent as program\n",
        "is not defined in a file of the project's",
    ),
    Case(
        "a function edited since it was imported",
        "def program(x): return 3*x\n",
        "is not what test_m.py says in line 1",
        before="import pathlib; p=pathlib.Path(m.__file__); p.write_text(p.read_text().replace('3*x','4*x'))",
    ),
    Case(
        "a helper edited since it was imported",
        "def h(x): return 3*x\ndef program(x): return h(x)\n",
        "is not what test_m.py says in line 1",
        before="import pathlib; p=pathlib.Path(m.__file__); p.write_text(p.read_text().replace('3*x','4*x'))",
    ),
    Case(
        "a function that moved in its file",
        """
        def h(x):
            return 3 * x
        def program(x):
            return h(x)
        """,
        "is not what test_m.py says in line 3",
        before="import pathlib; p=pathlib.Path(m.__file__); p.write_text('# one more line\\n'+p.read_text())",
    ),
    Case(
        "a file that is no Python now",
        "def program(x):\n    return 3 * x\n",
        "is of a file whose source cannot be read: '(' was never closed (test_m.py, line 1)",
        before="import pathlib; pathlib.Path(m.__file__).write_text('def program(x:')",
    ),
    Case(
        "globals",
        """
        S = 4
        def program(x):
            return globals().get("S", 1) * x
        """,
        "calls globals(), which may read anything",
    ),
    Case(
        "eval",
        """
        S = 4
        def program(x):
            return eval("S") * x
        """,
        "calls eval(), which may read anything",
    ),
    Case(
        "type hints",
        """
        from __future__ import annotations
        import typing
        import fractions
        class A:
            a: fractions.Fraction
        def program(x):
            return typing.get_type_hints(A)
        """,
        "reads get_type_hints, which tells of more than it is made of",
    ),
    Case(
        "annotations",
        """
        import fractions
        class A:
            a: int = 3
        def program(x):
            return A.a, A.__annotations__
        """,
        "reads __annotations__, which tells of more than it is made of",
    ),
    Case(
        "a frame",
        """
        def program(x):
            import sys
            return sys._getframe().f_lineno, sys._getframe().f_code.co_filename
        """,
        "reads _getframe, which tells of more than it is made of",
    ),
    Case(
        "a nonlocal of the test's",
        """
        def mk():
            n = 0
            def program(x):
                nonlocal n
                n += x
                return n
            return program
        q = mk()
        """,
        "assigns to n, which is not its own",
        function="q",
    ),
    Case(
        "a global assigned",
        """
        n = 0
        def program(x):
            global n
            n += x
            return n
        """,
        "assigns to n, which is not its own",
    ),
    Case(
        "a global that a helper assigns",
        """
        n = 0
        def h():
            global n
            n += 1
        def program(x):
            h()
            h()
            return n
        """,
        "calls h, which assigns to n, which is not its own",
    ),
    Case(
        "an instance of a dataclass",
        """
        from dataclasses import dataclass
        @dataclass(frozen=True)
        class C:
            k: int = 2
        CFG = C()
        def program(x):
            return CFG.k * x
        """,
        "reads CFG, a C",
    ),
    Case(
        "a member of the user's enum",
        """
        import enum
        class E(enum.IntEnum):
            A = 1
            B = 2
        K = E.B
        def program(x):
            return K * x, repr(K)
        """,
        "reads K, an E",
    ),
    Case(
        "an instance of a subclass of str",
        """
        class S(str):
            def __len__(self):
                return 99
        K = S("a")
        def program(x):
            return len(K)
        """,
        "reads K, a S",
    ),
    Case(
        "a generator",
        """
        K = [1, 2]
        G = (i for i in K)
        def program(x):
            return list(G)
        """,
        "reads G, a generator",
    ),
    Case(
        "a lock",
        """
        import threading
        L = threading.Lock()
        def program(x):
            with L:
                return x
        """,
        "reads L, a lock",
    ),
    Case(
        "a base that keeps its subclasses",
        """
        class Base:
            subs = []
            def __init_subclass__(cls):
                Base.subs.append(cls)
        class A(Base):
            k = 1
        class B(Base):
            k = 2
        def program(x):
            return [c.k for c in Base.subs]
        """,
        "reads Base.subs, whose base Base does something when it is made",
    ),
    Case(
        "a metaclass of the user's",
        """
        class M(type):
            def __new__(m, n, b, d, **k):
                d["z"] = k.get("z", 1)
                return super().__new__(m, n, b, d)
        class A(metaclass=M, z=7):
            __slots__ = ("a",)
            @property
            def p(self):
                return A.z
        def program(x):
            return A().p * x
        """,
        "reads A, whose metaclass M does something when it is made",
    ),
    Case(
        "a function with cases by type",
        """
        import functools
        @functools.singledispatch
        def f(x):
            return "base"
        @f.register
        def _(x: int):
            return "int"
        def program(x):
            return f(x)
        """,
        "reads f, decorated by functools.singledispatch",
    ),
    Case(
        "a method that is of no file",
        """
        class Net:
            def f(self, x):
                return x
        def program(x):
            return Net().f(x)
        """,
        "reads Net.f, a function",
        before="m.Net.f=lambda self,x: 9*x",
    ),
    Case(
        "a function that is of no file in a module that a helper reads",
        """
        import helpers
        def program(x):
            return helpers.g(x)
        """,
        "calls g, which reads f, a function",
        before="m.helpers.f=lambda x: 9*x",
        files={
            "helpers.py": """
            def f(x):
                return x
            def g(x):
                return f(x)
            """
        },
    ),
    Case(
        "a deep list",
        """
        A = []
        for i in range(300):
            A = [A]
        def program(x):
            return len(A)
        """,
        "reads what is nested too deeply",
    ),
    Case(
        "a long list",
        """
        A = list(range(10001))
        def program(x):
            return A
        """,
        "reads A, a list of 10001",
    ),
    Case(
        "an array of objects",
        """
        import numpy as np
        A = np.array([None])
        def program(x):
            return A
        """,
        "reads A, a ndarray",
    ),
    Case(
        "a stub of a module",
        """
        import helpers
        def program(x):
            return helpers.S * x
        """,
        "reads helpers, a module that cannot be imported by its name",
        files={
            "helpers.py": """
            import sys, types
            q = types.ModuleType("helpers")
            q.S = 9
            sys.modules["helpers"] = q
            """
        },
    ),
    Case(
        "a module that has no file",
        """
        import sys, types
        q = types.ModuleType("nohelpers")
        q.S = 9
        sys.modules["nohelpers"] = q
        import nohelpers
        def program(x):
            return nohelpers.S * x
        """,
        "reads nohelpers, a module that cannot be imported by its name",
    ),
    Case(
        "a function of an installed module replaced by the user's",
        """
        import textwrap
        def mine(text):
            return text
        def fix():
            textwrap.dedent = mine
        def program(x):
            return textwrap.dedent(" a")
        """,
        "reads textwrap.dedent, which was replaced",
        before="m.fix()",
    ),
    Case(
        "a function of an installed module replaced by a mock",
        """
        import textwrap
        from unittest import mock
        def program(x):
            return textwrap.dedent(" a")
        """,
        "reads textwrap.dedent, which was replaced",
        before="import textwrap; textwrap.dedent=m.mock.Mock()",
    ),
    Case(
        "a class of an installed module replaced",
        """
        import fractions
        class Mine:
            pass
        def fix():
            fractions.Fraction = Mine
        def program(x):
            return fractions.Fraction()
        """,
        "reads fractions.Fraction, which was replaced",
        before="m.fix()",
    ),
    Case(
        "a method of an installed class replaced",
        """
        import fractions
        def mine(self):
            return 9
        def fix():
            fractions.Fraction.limit_denominator = mine
        def program(x):
            return fractions.Fraction(1, 3).limit_denominator()
        """,
        "reads fractions.Fraction, which was replaced",
        before="m.fix()",
    ),
]


SENT = {
    "values": VALUES,
    "closures": CLOSURES,
    "classes": CLASSES,
    "decorators": DECORATORS,
    "modules": MODULES,
    "installed": INSTALLED,
    "text": TEXT,
}


def cases() -> Iterator[tuple[str, Case]]:
    """All cases, each with an id of its own."""
    for group, table in {**SENT, "refused": REFUSED}.items():
        yield from ((f"{group}: {case.name}", case) for case in table)


def report() -> None:
    """Run all cases and print what came of each; called in a process that has imported none of their modules."""
    outcomes = {}
    for number, (name, case) in enumerate(cases()):
        folder = Path(sys.argv[1], str(number))
        case.write(folder)
        packed = in_a_fork(pack, case, folder)
        if "parcel" in packed:
            packed["there"] = in_a_fork(run, packed["path"], packed["parcel"], case.x)
        outcomes[name] = {key: packed[key] for key in ("refused", "here", "there", "error") if key in packed}
    print(json.dumps(outcomes))  # noqa: T201


def in_a_fork(function: Callable[..., Any], *arguments: Any) -> Any:
    read, write = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(read)
        try:
            made = function(*arguments)
        except BaseException as error:  # it is to be told, not raised
            made = {"error": repr(error)}
        with os.fdopen(write, "w") as stream:
            json.dump(made, stream)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as stream:
        text = stream.read()
    os.waitpid(process, 0)
    return json.loads(text)


def pack(case: Case, folder: Path) -> dict[str, Any]:
    sys.path[:0] = [str(folder / each) for each in case.folders]
    module = __import__(case.module, fromlist=["*"])
    exec(case.before, {"m": module, "sys": sys})
    function = eval(case.function, vars(module))
    try:
        program = program_of(function)
    except NotSendable as reason:
        return {"refused": str(reason)}
    return {"here": said(function, case.x), "path": program.path, "parcel": asdict(program)["parcel"]}


def run(path: list[str], parcel: dict[str, Any], x: int) -> str:
    sys.path[:0] = path
    return said(unpack(Parcel(**parcel)), x)


def said(function: Callable[..., Any], x: int) -> str:
    try:
        return repr(function(x))
    except Exception as error:
        return repr(error)


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """What came of each case, by its id."""
    code = f"from {__name__} import report; report()"
    folder = str(tmp_path_factory.mktemp("cases"))
    done = subprocess.run([sys.executable, "-c", code, folder], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, dict[str, str]] = json.loads(done.stdout)
    return found


def ids(*groups: str) -> list[Any]:
    return [pytest.param(name, case.says, id=name) for name, case in cases() if name.partition(":")[0] in groups]


@pytest.mark.parametrize(("name", "says"), ids(*SENT))
def test_a_function_gives_there_what_it_gives_here(outcomes: dict[str, dict[str, str]], name: str, says: str) -> None:
    assert outcomes[name] == {"here": says, "there": says}


@pytest.mark.parametrize(("name", "reason"), ids("refused"))
def test_a_function_is_refused_with_a_reason(outcomes: dict[str, dict[str, str]], name: str, reason: str) -> None:
    assert outcomes[name] == {"refused": reason}


def test_no_two_cases_have_one_name() -> None:
    names = [name for name, _ in cases()]
    assert len(set(names)) == len(names)


ATOMS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=10**30, max_value=10**5000),
    st.floats(),
    st.sampled_from([math.inf, -math.inf, math.nan, -math.nan, -0.0]),
    st.complex_numbers(allow_nan=False),
    st.text(st.characters(codec=None, exclude_categories=())),
    st.sampled_from(["\x00", "\ud800", "a\udfffb"]),
    st.binary(),
)
HASHABLE = st.recursive(ATOMS, lambda inner: st.one_of(st.tuples(inner, inner), st.frozensets(inner, max_size=3)))
VALUES_OF_A_MODULE = st.recursive(
    ATOMS | st.sets(HASHABLE, max_size=3) | st.frozensets(HASHABLE, max_size=3),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=4).map(tuple),
        st.dictionaries(HASHABLE, inner, max_size=3),
    ),
    max_leaves=12,
)


def by_value(value: Any) -> Any:
    """What two values of the same type and ``repr`` share, whatever the order of their sets."""
    kind = type(value).__name__
    if isinstance(value, (set, frozenset)):
        return kind, sorted((by_value(each) for each in value), key=repr)
    if isinstance(value, (list, tuple)):
        return kind, [by_value(each) for each in value]
    if isinstance(value, dict):
        return kind, [(by_value(key), by_value(each)) for key, each in value.items()]
    sign = math.copysign(1.0, value) if isinstance(value, float) else 0.0
    return kind, ascii(hex(value) if type(value) is int else value), sign


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[types.ModuleType]:
    """A module of a function that returns the module's value."""
    folder = tmp_path_factory.mktemp("reader")
    (folder / "reader_of_a_value.py").write_text("VALUE = None\n\n\ndef program():\n    return VALUE\n", "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield __import__("reader_of_a_value")
    sys.modules.pop("reader_of_a_value", None)


def through_json(fields: dict[str, Any]) -> dict[str, Any]:
    return dict(json.loads(json.dumps(fields)))


def through_execnet(fields: dict[str, Any]) -> dict[str, Any]:
    return dict(loads_internal(dumps_internal(fields)))


@given(value=VALUES_OF_A_MODULE)
@settings(deadline=None, derandomize=True)
def test_any_value_of_a_module_survives_each_wire(reader: types.ModuleType, value: Any) -> None:
    reader.__dict__["VALUE"] = value
    parcel = program_of(reader.program).parcel
    assert parcel is not None
    for wire in (dict, through_json, through_execnet):
        try:
            made = unpack(Parcel(**wire(vars(parcel))))()
        finally:
            sys.modules["reader_of_a_value"] = reader
        assert by_value(made) == by_value(value)


def test_a_list_under_two_names_stays_one(reader: types.ModuleType) -> None:
    inner: list[Any] = [1]
    inner.append(inner)
    reader.__dict__["VALUE"] = {"a": inner, "b": inner}
    parcel = program_of(reader.program).parcel
    assert parcel is not None
    try:
        made = unpack(parcel)()
    finally:
        sys.modules["reader_of_a_value"] = reader
    assert made["a"] is made["b"]
    assert made["a"][1] is made["a"]
    assert made["a"] is not inner


REWRITTEN = """\
import json
import subprocess
import sys

from migcheck.sending.function import program_of

LIMIT = 10


def program(x):
    assert x < LIMIT, f"{x} is not below {LIMIT}"
    text = "a"
    assert text.upper() == "A" and not (x == 7 or x in (8, 9))
    return x * LIMIT


def made(k):
    def inner(x):
        assert isinstance(x, int)
        return program(x) + k

    return inner


def there(function, x):
    program = program_of(function)
    code = (
        "import json, sys; from migcheck.host.job import Parcel; from migcheck.host.parcel import unpack;"
        "path, parcel, x = json.load(sys.stdin); sys.path[:0] = path; print(unpack(Parcel(**parcel))(x))"
    )
    given = json.dumps([program.path, vars(program.parcel), x])
    return subprocess.run([sys.executable, "-c", code], input=given, capture_output=True, text=True)


def test_its_asserts_are_rewritten():
    assert any(name.startswith("@py") for name in program.__code__.co_varnames)


def test_it_gives_the_same_there():
    assert program(3) == 30
    assert there(program, 3).stdout == "30\\n"


def test_a_local_one_does_too():
    assert made(4)(3) == 34
    assert there(made(4), 3).stdout == "34\\n"


def test_it_asserts_there():
    assert there(program, 12).stderr.splitlines()[-1] == "AssertionError: 12 is not below 10"
"""


def test_a_function_whose_asserts_pytest_rewrote(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makepyfile(test_inner=REWRITTEN)
    done = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    done.assert_outcomes(passed=4)


def test_a_function_whose_asserts_pytest_rewrote_and_that_was_edited(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makepyfile(
        test_inner="""
        from pathlib import Path

        import pytest

        from migcheck.sending.function import NotSendable, program_of

        def program(x):
            assert x < 10
            return x * 3

        def test_it_is_refused():
            file = Path(__file__)
            file.write_text(file.read_text().replace("x * 3", "x * 4"))
            with pytest.raises(NotSendable, match="is not what test_inner.py says in line 7"):
                program_of(program)
        """
    )
    done = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    done.assert_outcomes(passed=1)


FRAMEWORKS = """\
import json

import mindspore as ms
import torch

from migcheck.sending.function import program_of
from migcheck.host.job import Parcel
from migcheck.host.parcel import unpack


def reading(value):
    def program():
        return value

    return program


VALUES = [
    torch.float32, torch.relu, torch.nn.functional.softmax, torch.nn.Linear, torch.device("cpu"), torch.Size([2, 3]),
    torch.channels_last, ms.float32, ms.ops.relu, ms.nn.Dense,
]


def main():
    parcels = [json.dumps(vars(program_of(reading(value)).parcel)) for value in VALUES]
    made = [unpack(Parcel(**json.loads(parcel)))() for parcel in parcels]
    for here, there in zip(VALUES, made):
        print(json.dumps([repr(here).partition(" at 0x")[0], type(here) is type(there) and here == there]))
"""


@pytest.mark.slow
def test_what_the_frameworks_define_is_closed_over(tmp_path: Path) -> None:
    (tmp_path / "values_of_frameworks.py").write_text(FRAMEWORKS, "utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    code = "from values_of_frameworks import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
    assert [same for _, same in found] == [True] * 10
    assert [here for here, _ in found][:2] == ["torch.float32", "<built-in method relu of type object"]
