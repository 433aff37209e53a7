"""What a test changes in its process reaches the programs, or the check fails: no host passes what is wrong here."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.plugin.test_parity import HEAD

#: Stands in a folder of installed packages.
INSTALLED = """
    EPS = 1
    TABLE = {"k": 1}
    LIMITS = (1, {1, 2})


    class Config:
        k = 1


    class Base:
        def forward(self, x):
            return x

        def tripled(self, x):
            return 3 * x


    class Net(Base):
        pass


    cfg = Config()


    def scaled(x):
        return x * EPS * cfg.k * TABLE["k"]


    def tripled(x):
        return 3 * x
"""

PACKAGE = {
    "__init__": "",
    "config": "EPS = 1\n",
    "lazy": "from pkg import config\n\n\ndef f(x):\n    return x * config.EPS\n",
    "other": "def f(x):\n    return x\n",
}

SESSION = """
    import builtins
    import os
    import sys
    from importlib import import_module as load

    import models
    import torch.nn.functional as F

    import pkg.config

    IN = {"x": [-1.0, 2.0]}


    def test_the_first_sets_a_variable_and_leaves_the_folder(parity, monkeypatch, tmp_path):
        monkeypatch.setenv("MY_SCALE", "3")
        monkeypatch.chdir(tmp_path)
        assert why(parity, of_the_environment) == "the environment variable MY_SCALE was changed there"
        assert parity(torch_program, mindspore_program, {"x": {"normal": [2]}}, hermetic=False).seed == 7


    def test_the_second_finds_what_the_session_had(parity):
        result = parity(of_the_environment, mindspore_program, IN, hermetic=True)
        assert (result.verdict, result.seed) == ("match", 7)


    def of_the_environment(x):
        (x**2 * float(os.environ.get("MY_SCALE", 1))).sum().backward()
        return (x**2).sum(), {"x": x.grad}


    def why(parity, program, port=mindspore_program):
        for settings in ({"hermetic": False}, {}):
            with pytest.raises(migcheck.GradientMismatch):
                parity(program, port, IN, **settings)
        with pytest.raises(ValueError) as caught:
            parity(program, port, IN, hermetic=True)
        return str(caught.value).partition("hermetic=True, but ")[2]


    def squared(x, y):
        (y**2).sum().backward()
        return (y**2).sum(), {"x": x.grad}


    def by_import(x):
        import torch.nn.functional as G

        return squared(x, G.relu(x) - G.relu(-x))


    def by_layer(x):
        return squared(x, torch.nn.ReLU()(x) - torch.nn.ReLU()(-x))


    def by_method(x):
        x.square().sum().backward()
        return (x**2).sum(), {"x": x.grad}


    def by_identity(x):
        return squared(x, torch.nn.Identity()(x))


    def by_sum(x):
        (x ** sum([1, 1])).sum().backward()
        return (x**2).sum(), {"x": x.grad}


    @pytest.mark.parametrize(
        ("where", "name", "other", "program", "what"),
        [
            (F, "relu", lambda x: 3 * x, by_import, "torch.nn.functional.relu"),
            (F, "relu", F.hardtanh, by_import, "torch.nn.functional.relu"),
            (F, "relu", F.hardtanh, by_layer, "torch.nn.functional.relu"),
            (torch.Tensor, "square", lambda x: 3 * x**2, by_method, "torch.Tensor.square"),
            (torch.Tensor, "square", torch.Tensor.exp, by_method, "torch.Tensor.square"),
            (torch.nn.Module, "__call__", lambda self, x: 3 * x, by_identity, "torch.nn.Module.__call__"),
            (builtins, "sum", lambda values: 5, by_sum, "builtins.sum"),
        ],
    )
    def test_what_all_programs_use_was_replaced(parity, monkeypatch, where, name, other, program, what):
        parity(program, mindspore_program, IN, hermetic=True)
        with monkeypatch.context() as patch:
            patch.setattr(where, name, other)
            try:
                found = why(parity, program)
            finally:
                patch.undo()
        assert found == f"{what} was replaced there"
        parity(program, mindspore_program, IN, hermetic=True)


    @pytest.mark.parametrize(
        ("where", "name", "other", "what"),
        [
            (ms.ops, "relu", lambda x: 3 * x, "mindspore.ops.relu"),
            (ms.ops, "relu", ms.ops.tanh, "mindspore.ops.relu"),
            (ms.Tensor, "square", lambda x: 3 * x, "mindspore.Tensor.square"),
        ],
    )
    def test_what_all_ports_use_was_replaced(parity, monkeypatch, where, name, other, what):
        def port(x):
            from mindspore import ops

            return mindspore_program(x)[0], {"x": 2 * (ops.relu(x) - ops.relu(-x)) + x.square() - x**2}

        parity(torch_program, port, IN, hermetic=True)
        monkeypatch.setattr(where, name, other)
        assert why(parity, torch_program, port) == f"{what} was replaced there"


    def by_scaled(x):
        return squared(x, models.scaled(x))


    def directly(x):
        return squared(x, x * models.EPS * models.cfg.k * models.TABLE["k"] * models.LIMITS[0])


    def by_class(x):
        return squared(x, models.Net().forward(x))


    def by_helper(x):
        return squared(x, models.scaled(models.Net().forward(x)))


    @pytest.mark.parametrize(
        ("change", "program", "what"),
        [
            (lambda p: p.setattr(models, "EPS", 3), by_scaled, "scaled"),
            (lambda p: p.setattr(models, "EPS", 3), directly, "EPS"),
            (lambda p: p.setattr(models.cfg, "k", 3), by_scaled, "scaled"),
            (lambda p: p.setattr(models.cfg, "k", 3), directly, "cfg"),
            (lambda p: p.setattr(models.Config, "k", 3), directly, "cfg"),
            (lambda p: p.setitem(models.TABLE, "k", 3), by_scaled, "scaled"),
            (lambda p: p.setitem(models.TABLE, "k", 3), directly, "TABLE"),
            (lambda p: p.setattr(models, "LIMITS", (3, {2, 1})), directly, "LIMITS"),
            (lambda p: p.setattr(models, "scaled", models.tripled), by_helper, "scaled"),
            (lambda p: p.setattr(models, "scaled", lambda x: 3 * x), by_helper, "scaled"),
            (lambda p: p.setattr(models.Base, "forward", models.Base.tripled), by_class, "Net"),
            (lambda p: p.setattr(models.Base, "forward", lambda self, x: 3 * x), by_class, "Net"),
        ],
    )
    def test_something_of_an_installed_package_was_changed(parity, monkeypatch, change, program, what):
        parity(program, mindspore_program, IN, hermetic=True)
        change(monkeypatch)
        assert why(parity, program) == f"{program.__name__} reads models.{what}, which was replaced"


    def test_a_module_that_nobody_has_imported_reads_what_was_changed(parity, monkeypatch):
        def program(x):
            from pkg.lazy import f

            return squared(x, f(x))

        monkeypatch.setattr(pkg.config, "EPS", 3)
        with pytest.raises(ValueError, match="program imports pkg.lazy, which is not imported yet"):
            parity(program, mindspore_program, IN, hermetic=True)
        with pytest.raises(migcheck.GradientMismatch):
            parity(program, mindspore_program, IN)
        monkeypatch.undo()
        parity(program, mindspore_program, IN, hermetic=True)  # now it is


    def test_a_submodule_that_nobody_has_imported(parity):
        def program(x):
            y = x * pkg.config.EPS
            from pkg import other

            return squared(x, other.f(y))

        with pytest.raises(ValueError, match="program imports pkg.other, which is not imported yet"):
            parity(program, mindspore_program, IN, hermetic=True)
        parity(program, mindspore_program, IN)


    def test_a_module_that_stands_alone_need_not_be_imported(parity):
        def program(x):
            import alone

            return squared(x, alone.f(x))

        assert parity(program, mindspore_program, IN, hermetic=True).verdict == "match"
        assert "alone" not in sys.modules


    def test_import_module_under_another_name(parity, monkeypatch):
        def program(x):
            return squared(x, x * load("pkg.config").EPS)

        monkeypatch.setattr(pkg.config, "EPS", 3)
        assert why(parity, program) == "program reads load, which tells of more than it is made of"


    def test_a_hook_of_all_modules(parity):
        hook = torch.nn.modules.module.register_module_forward_hook(lambda module, given, out: 3 * out)
        try:
            assert why(parity, by_identity) == "a global module hook is registered there"
        finally:
            hook.remove()
        parity(by_identity, mindspore_program, IN, hermetic=True)


    def test_autocast_and_inference_mode(parity):
        def program(x):
            y = x @ x.T
            y.float().sum().backward()
            return y.detach(), {"x": x.grad}

        def port(x):
            return ms.ops.matmul(x, x.T), {"x": ms.grad(lambda x: ms.ops.matmul(x, x.T).sum())(x)}

        given = {"x": {"normal": [4, 4]}}
        parity(program, port, given, hermetic=True)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            with pytest.raises(migcheck.GradientMismatch):
                parity(program, port, given)
            with pytest.raises(ValueError, match="but torch.autocast is in force there"):
                parity(program, port, given, hermetic=True)
        with torch.inference_mode(), pytest.raises(ValueError, match="but torch.inference_mode.. is in force there"):
            parity(program, port, given, hermetic=True)


    def test_a_mode_is_held_here_too(parity):
        def port(x):
            ms.set_context(mode=ms.GRAPH_MODE)
            return mindspore_program(x)

        for hermetic in (True, False):
            with pytest.raises(migcheck.NotComparable) as caught:
                parity(torch_program, port, IN, mode="pynative", hermetic=hermetic)
            said = "the program switched to graph mode, and this variant is to run in pynative mode"
            assert said in str(caught.value).splitlines()[0]
        assert ms.get_context("mode") == ms.PYNATIVE_MODE


    @pytest.fixture(scope="module")
    def shared(parity):
        return parity.pair(torch_program, doubled)


    @pytest.mark.parity(rtol=0.99)
    def test_a_shared_pair_has_the_markers_of_the_first(shared):
        shared(IN)


    def test_and_not_for_the_second(shared):
        with pytest.raises(migcheck.GradientMismatch):
            shared(IN)


    @pytest.mark.parity(mode="graph", rtol=1e-3)
    def test_a_marker_does_not_reach_a_case(parity):
        said = r"as its case.toml says: @pytest.mark.parity\\(rtol=…, mode=…\\) does not reach it"
        with pytest.raises(ValueError, match=said):
            parity.case("theme/square")


    def plus_one(x):
        return x + 1


    def test_nothing_of_the_frameworks_is_another_after_all_that(parity):
        torch.optim.SGD([torch.nn.Parameter(torch.ones(1))]).step()
        ms.nn.SGD(ms.nn.Dense(1, 1).trainable_params())
        ms.jit(plus_one)(ms.Tensor(1.0))

        def program(x):
            torch.optim.Adam([x]).zero_grad()
            return squared(x, torch.nn.Sequential(torch.nn.Identity())(x))

        class Square(ms.nn.Cell):
            def construct(self, x):
                return (x**2).sum()

        def port(x):
            loss, gradient = ms.value_and_grad(Square())(x)
            return loss, {"x": ms.ops.mul(gradient, ms.ops.ones_like(x))}

        parity(program, port, IN, hermetic=True)
"""


@pytest.mark.slow
def test_what_a_test_changes(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = pytester.path / "lib" / "site-packages"
    installed.mkdir(parents=True)
    (installed / "models.py").write_text(dedent(INSTALLED), encoding="utf-8")
    (pytester.path / "pkg").mkdir()
    for name, text in PACKAGE.items():
        (pytester.path / "pkg" / f"{name}.py").write_text(text, encoding="utf-8")
    (pytester.path / "alone.py").write_text("def f(x):\n    return x\n", encoding="utf-8")
    pytester.makepyprojecttoml("[tool.migcheck]\nseed = 7\n[tool.pytest.ini_options]\naddopts = '--strict-markers'")
    pytester.syspathinsert()
    monkeypatch.setenv("PYTHONPATH", str(installed), prepend=":")
    pytester.makepyfile(dedent(HEAD) + dedent(SESSION))
    done = pytester.runpytest_subprocess("-p", "no:randomly")
    done.assert_outcomes(passed=35)
