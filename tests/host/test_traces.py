"""What a trace says of a program, and that it changes nothing of what the program computes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from migcheck.trace import Call, Trace
from tests.pairs import Pairs, exactly, replaying
from tests.real import write_case

pytestmark = pytest.mark.slow

TOML = """
    title = "a trace"
    [inputs]
    x = { normal = [3, 4] }
    w = { normal = [4, 2] }
    v = { normal = [3, 2] }
"""

#: In front of each torch program.
TORCH = """
import torch
from torch import nn

def f(x, w):
    return torch.tanh(x @ w)
"""

#: In front of each port.
MINDSPORE = """
import mindspore as ms
from mindspore import mint, nn, ops

def f(x, w):
    return ops.tanh(ops.matmul(x, w))

def loss_of(x, w):
    return (f(x, w) ** 2).sum()

class Net(nn.Cell):
    def __init__(self, w):
        super().__init__()
        self.w = ms.Parameter(w, name="net.w")

    def construct(self, x):
        return (ops.tanh(ops.matmul(x, self.w)) ** 2).sum()
"""


@pytest.fixture(scope="module")
def pairs() -> Iterator[Pairs]:
    with replaying() as pairs:
        yield pairs


#: Traces a program that is given by the body of ``program(x, w, v)``.
Tracing = Callable[..., Trace]


@pytest.fixture
def traced(pairs: Pairs, tmp_path: Path) -> Iterator[Tracing]:
    open_pairs = []

    def traced(side: str, body: str, *, mode: str = "", fails: str = "", before: str = "") -> Trace:
        texts = {"torch": TORCH, "mindspore": MINDSPORE}
        for each in texts:
            own = body if each == side else "    return {'x': x}\n"
            texts[each] += (before if each == side else "") + "\ndef program(x, w, v):\n" + own
        toml = TOML + (f'[matrix]\nmode = ["{mode}"]\n' if mode else "")
        pair = pairs.of(write_case(tmp_path, f"case-{len(open_pairs)}", toml=toml, **texts))
        open_pairs.append(pair)
        plain, again = pair.run()[side], pair.replay(side, trace=True)
        if fails:
            assert plain.failure is not None
            assert again.failure is not None
            assert fails in plain.failure.reason
            assert again.failure.reason == plain.failure.reason
        else:
            assert plain.failure is None, plain.failure
            assert again.failure is None, again.failure
            assert exactly(again.observation) == exactly(plain.observation)
        assert plain.trace is None
        assert again.trace is not None
        return again.trace

    yield traced
    for pair in open_pairs:
        pair.close()


def only(trace: Trace) -> Call:
    (call,) = trace.calls
    return call


def shapes(tensors: tuple[object, ...] | None) -> dict[str, tuple[int, ...]]:
    """Of traced tensors, by path."""
    assert tensors is not None
    return {each.path: tuple(each.shape or ()) for each in tensors}  # type: ignore[attr-defined]


def total(trace: Trace, call: Call) -> float:
    """Σ cotangent · output, from the arrays of a trace."""
    cotangents = {} if call.cotangents is None else {each.path: each for each in call.cotangents}
    found = 0.0
    for output in call.outputs:
        leaf = trace.array(call, output)
        assert leaf is not None
        weight = trace.array(call, cotangents[output.path]) if cotangents else None
        values = np.asarray(leaf.values, np.float64)
        found += float(np.sum(values * np.asarray(weight.values, np.float64) if weight else values))
    return found


# torch


def test_backward_of_a_tensor(traced: Tracing) -> None:
    trace = traced(
        "torch",
        """
    y = f(x, w).sum()
    y.backward()
    return y, {"x": x.grad, "w": w.grad}
""",
    )
    call = only(trace)
    assert (call.api, call.step, call.inside, call.filled) == ("Tensor.backward", 0, None, ())
    assert call.cotangents is None
    assert [tuple(output.shape or ()) for output in call.outputs] == [()]
    assert shapes(call.gradients) == {"['x']": (3, 4), "['w']": (4, 2)}
    assert call.scalar == pytest.approx(total(trace, call))


@pytest.mark.parametrize("gradient", ["v.detach()", "gradient=v.detach()", "v.detach(), retain_graph=True"])
def test_backward_with_a_cotangent(gradient: str, traced: Tracing) -> None:
    trace = traced(
        "torch",
        f"""
    y = f(x, w)
    y.backward({gradient})
    return y, {{"x": x.grad, "w": w.grad}}
""",
    )
    call = only(trace)
    assert list(shapes(call.cotangents).values()) == [(3, 2)]
    assert call.scalar == pytest.approx(total(trace, call), rel=1e-6)


def test_backward_of_several_tensors(traced: Tracing) -> None:
    trace = traced(
        "torch",
        """
    y, z = f(x, w), (x * x).sum()
    torch.autograd.backward([y, z], [v.detach(), None])
    return y, {"x": x.grad, "w": w.grad}
""",
    )
    call = only(trace)
    assert call.api == "torch.autograd.backward"
    assert [tuple(output.shape or ()) for output in call.outputs] == [(3, 2), ()]
    assert len(call.cotangents or ()) == 2
    assert call.scalar == pytest.approx(total(trace, call), rel=1e-6)


def test_backward_that_finds_grad_filled(traced: Tracing) -> None:
    trace = traced(
        "torch",
        """
    for factor in (1.0, 2.0):
        y = (factor * f(x, w)).sum()
        y.backward()
    (x * x).sum().backward()
    return y, {"x": x.grad, "w": w.grad}
""",
    )
    assert [set(call.filled) for call in trace.calls] == [set(), {"x", "w"}, {"x"}]
    first, second, _ = ({tensor.path: trace.array(call, tensor) for tensor in call.gradients} for call in trace.calls)
    # What a call adds, not what stands in .grad after it.
    assert np.allclose(second["['x']"].values, 2 * first["['x']"].values, atol=1e-6)


@pytest.mark.parametrize(
    ("clearing", "said"),
    [
        ("net.zero_grad()", "Module.zero_grad"),
        ("optimizer.zero_grad()", "Optimizer.zero_grad"),
        ("net.weight.grad = None", ".grad = None"),
        ("net.weight.grad.zero_()", ""),
    ],
)
def test_what_clears_grad(clearing: str, said: str, traced: Tracing) -> None:
    trace = traced(
        "torch",
        f"""
    net = nn.Linear(4, 2, bias=False)
    net.load_state_dict({{"weight": w.T}})
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    for step in range(2):
        y = net(x.detach()).sin().sum()
        y.backward()
        optimizer.step()
        yield y, {{"w": net.weight.grad.clone()}}
        {clearing}
""",
    )
    assert [call.step for call in trace.calls] == [0, 1]
    assert bool(trace.calls[1].filled) == (said == "")
    assert trace.saw("optimizers") == {"SGD": 1}
    assert set(trace.saw("modules")) == {"Linear"}
    if said:
        assert trace.saw("cleared")[said] >= 1
    else:
        assert trace.saw("in place")


@pytest.mark.parametrize("inputs", ["x", "(x, w)", "[x, w]", "(each for each in (x, w))"])
def test_autograd_grad(inputs: str, traced: Tracing) -> None:
    trace = traced(
        "torch",
        f"""
    y = f(x, w)
    found = torch.autograd.grad(y, {inputs}, grad_outputs=v.detach())
    return y, {{"found": found}}
""",
    )
    call = only(trace)
    assert call.api == "torch.autograd.grad"
    assert set(shapes(call.gradients)) == ({"['x']"} if inputs == "x" else {"['x']", "['w']"})
    assert list(shapes(call.cotangents).values()) == [(3, 2)]
    assert call.scalar == pytest.approx(total(trace, call), rel=1e-6)


def test_autograd_grad_of_the_parameters_of_a_module(traced: Tracing) -> None:
    """``parameters()`` is a generator, which can be read once."""
    trace = traced(
        "torch",
        """
    net = nn.Linear(4, 2, bias=False)
    net.load_state_dict({"weight": w.T})
    y = net(x).sin().sum()
    (dw,) = torch.autograd.grad(y, net.parameters())
    return y, {"w": dw}
""",
    )
    assert list(shapes(only(trace).gradients).values()) == [(2, 4)]


def test_backward_from_a_generator_of_tensors(traced: Tracing) -> None:
    trace = traced(
        "torch",
        """
    torch.autograd.backward(each for each in (f(x, w).sum(), (x * x).sum()))
    return {"x": x.grad, "w": w.grad}
""",
    )
    assert len(only(trace).outputs) == 2


def test_autograd_grad_of_what_takes_no_part(traced: Tracing) -> None:
    trace = traced(
        "torch",
        """
    y = (x * x).sum()
    dx, dw = torch.autograd.grad(y, (x, w), allow_unused=True)
    return y, {"x": dx, "w": dw}
""",
    )
    assert set(shapes(only(trace).gradients)) == {"['x']"}


def test_a_gradient_of_a_gradient(traced: Tracing) -> None:
    trace = traced(
        "torch",
        """
    y = f(x, w).sum()
    (g,) = torch.autograd.grad(y, x, create_graph=True)
    (g * g).sum().backward()
    return y, {"x": x.grad, "w": w.grad}
""",
    )
    assert [call.api for call in trace.outer] == ["torch.autograd.grad", "Tensor.backward"]


@pytest.mark.parametrize(
    ("expression", "api"),
    [
        ("torch.func.grad(lambda x, w: f(x, w).sum())(x, w)", "torch.func.grad"),
        ("torch.func.grad(lambda x, w: f(x, w).sum(), (0, 1))(x, w)", "torch.func.grad"),
        ("torch.func.grad(lambda x, w: (f(x, w).sum(), x), argnums=1, has_aux=True)(x, w)", "torch.func.grad"),
        ("torch.func.grad_and_value(lambda x, w: f(x, w).sum())(x, w)", "torch.func.grad_and_value"),
        ("torch.func.vjp(f, x, w)[1](v)", "torch.func.vjp"),
        ("torch.func.jvp(f, (x, w), (x, w))", "torch.func.jvp"),
        ("torch.func.jacrev(f)(x, w)", "torch.func.jacrev"),
        ("torch.func.jacfwd(f, 1)(x, w)", "torch.func.jacfwd"),
        ("torch.func.hessian(lambda x, w: f(x, w).sum())(x, w)", "torch.func.hessian"),
        ("grad(lambda x, w: f(x, w).sum())(x, w)", "torch.func.grad"),
    ],
)
def test_function_transforms(expression: str, api: str, traced: Tracing) -> None:
    trace = traced(
        "torch",
        f"""
    x, w, v = x.detach(), w.detach(), v.detach()
    return {{"found": {expression}}}
""",
        before="from torch.func import grad\n",
    )
    assert trace.outer[0].api == api


def test_nested_function_transforms(traced: Tracing) -> None:
    trace = traced(
        "torch",
        """
    x, w = x.detach(), w.detach()
    inner = torch.func.grad(lambda x, w: f(x, w).sum())
    outer = torch.func.grad(lambda x, w: (inner(x, w) ** 2).sum(), (0, 1))
    return dict(zip("xw", outer(x, w)))
""",
    )
    assert [(call.api, call.inside) for call in trace.calls] == [("torch.func.grad", None), ("torch.func.grad", 0)]
    assert list(shapes(trace.calls[0].gradients).values()) == [(3, 4), (4, 2)]


def test_steps_of_a_torch_generator(traced: Tracing) -> None:
    trace = traced(
        "torch",
        """
    for step in range(3):
        x.grad = None
        for part in range(2):
            y = f(x, w).sum()
            y.backward()
        yield y, {"x": x.grad}
""",
    )
    assert [call.step for call in trace.calls] == [0, 0, 1, 1, 2, 2]


def test_the_trace_of_a_torch_program_that_fails(traced: Tracing) -> None:
    body = """
    f(x, w).sum().backward()
    f(x, w).backward()
"""
    trace = traced("torch", body, fails="grad can be implicitly created only for scalar outputs")
    assert [call.api for call in trace.calls] == ["Tensor.backward"] * 2


def test_facts_of_a_torch_program(traced: Tracing) -> None:
    trace = traced(
        "torch",
        """
    norm, drop = nn.BatchNorm1d(2), nn.Dropout(0.5)
    norm.eval()
    y = drop(norm(f(x, w))) * 1.0
    y.add_(v.detach())
    y[0] = 1.0
    with torch.no_grad():
        held = (3 * x).to(torch.int32)
    y = y.view(-1).sum() + (held.float() * x).sum() + torch.randn(()) * x.sum()
    y.backward()
    nn.utils.clip_grad_norm_([x], 1.0)
    return y, {"x": x.grad, "w": w.grad}
""",
    )
    assert set(trace.saw("modes")) == {"BatchNorm1d eval", "Dropout train"}
    assert {"add_", "__setitem__"} <= set(trace.saw("in place"))
    assert "detach" in trace.saw("detached")
    assert "to" in trace.saw("integer casts")
    assert {"dropout", "randn"} <= set(trace.saw("random"))
    assert "view" in trace.saw("views")
    assert trace.saw("clipped") == {"clip_grad_norm_": 1}


def test_a_function_with_a_backward_of_its_own(traced: Tracing) -> None:
    own = """
class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, g):
        return 2 * g * ctx.saved_tensors[0]
"""
    trace = traced("torch", '    Square.apply(x).sum().backward()\n    return {"x": x.grad}\n', before=own)
    assert trace.saw("custom")
    assert set(shapes(only(trace).gradients)) == {"['x']"}


def test_a_torch_program_that_asks_nothing(traced: Tracing) -> None:
    trace = traced("torch", "    return f(x, w), {'x': x}\n")
    assert trace.calls == ()


# MindSpore


@pytest.mark.parametrize("mode", ["pynative", "graph"])
@pytest.mark.parametrize(
    ("expression", "api", "positions"),
    [
        ("ms.grad(loss_of)(x, w)", "ms.grad", (0,)),
        ("ms.grad(loss_of, 1)(x, w)", "ms.grad", (1,)),
        ("ms.grad(loss_of, grad_position=(0, 1))(x, w)", "ms.grad", (0, 1)),
        ("ms.grad(loss_of, (1, 0))(x, w)", "ms.grad", None),
        ("grad(loss_of)(x, w)", "ms.grad", (0,)),
        ("ops.grad(loss_of)(x, w)", "ms.grad", (0,)),
        ("ms.value_and_grad(loss_of, (0, 1))(x, w)", "ms.value_and_grad", (0, 1)),
        ("value_and_grad(loss_of)(x, w)", "ms.value_and_grad", (0,)),
        ("ops.GradOperation()(loss_of)(x, w)", "ms.GradOperation", (0,)),
        ("ops.GradOperation(get_all=True)(loss_of)(x, w)", "ms.GradOperation", (0, 1)),
        ("GradOperation(get_all=True, sens_param=True)(f)(x, w, v)", "ms.GradOperation", (0, 1)),
    ],
)
def test_ways_to_a_gradient(
    expression: str, api: str, positions: tuple[int, ...] | None, mode: str, traced: Tracing
) -> None:
    before = "from mindspore import grad, value_and_grad\nfrom mindspore.ops import GradOperation\n"
    trace = traced("mindspore", f'    return {{"found": {expression}}}\n', mode=mode, before=before)
    call = only(trace)
    assert (call.api, call.step, call.inside, call.has_aux) == (api, 0, None, False)
    assert call.compiled == (mode == "graph")
    if positions is not None:
        assert call.positions == positions
        assert len(call.gradients) == len(positions)
    assert [(each.shape, each.of) for each in call.inputs] == [((3, 4), "x"), ((4, 2), "w")]
    if mode == "pynative":
        assert call.scalar == pytest.approx(total(trace, call), rel=1e-5)
        assert len(call.outputs) == 1
    assert (call.cotangents is not None) == ("sens_param" in expression)


@pytest.mark.parametrize("mode", ["pynative", "graph"])
def test_outputs_beside_the_one_that_is_differentiated(mode: str, traced: Tracing) -> None:
    body = """
    def two(x, w):
        return loss_of(x, w), f(x, w)

    (loss, y), grads = ms.value_and_grad(two, (0, 1), has_aux=True)(x, w)
    more, aux = ms.grad(two, (0, 1), has_aux=True)(x, w)
    both = ms.grad(two)(x, w)
    return [loss, y], {"x": grads[0], "w": grads[1], "more": more, "aux": aux, "both": both}
"""
    trace = traced("mindspore", body, mode=mode)
    assert [(call.api, call.has_aux) for call in trace.calls] == [
        ("ms.value_and_grad", True), ("ms.grad", True), ("ms.grad", False),
    ]  # fmt: skip
    assert [list(shapes(call.gradients)) for call in trace.calls] == [["[0]", "[1]"], ["[0]", "[1]"], [""]]
    if mode == "pynative":
        first, second, both = trace.calls
        assert list(shapes(first.outputs)) == ["[0]", "[1]"]
        assert first.scalar == pytest.approx(float(trace.array(first, first.outputs[0]).values), rel=1e-6)
        assert second.scalar == first.scalar
        assert both.scalar == pytest.approx(total(trace, both), rel=1e-5)


@pytest.mark.parametrize("mode", ["pynative", "graph"])
def test_gradients_of_parameters(mode: str, traced: Tracing) -> None:
    body = """
    net = Net(w)
    loss, dw = ms.value_and_grad(net, None, net.trainable_params())(x)
    dx, (more,) = ms.grad(net, 0, net.trainable_params())(x)
    (by_list,) = ops.GradOperation(get_by_list=True)(net, net.trainable_params())(x)
    return loss, {"w": dw, "x": dx, "more": more, "by_list": by_list}
"""
    trace = traced("mindspore", body, mode=mode)
    assert [call.weights for call in trace.calls] == [("net.w",)] * 3
    assert [call.positions for call in trace.calls] == [None, (0,), None]
    assert {"Net"} <= set(trace.saw("modules")) or mode == "graph"


def test_a_sensitivity(traced: Tracing) -> None:
    trace = traced("mindspore", '    return {"found": ops.GradOperation(sens_param=True)(f)(x, w, v)}\n')
    call = only(trace)
    assert shapes(call.cotangents) == {"": (3, 2)}
    assert call.scalar == pytest.approx(total(trace, call), rel=1e-5)


@pytest.mark.parametrize("mode", ["pynative", "graph"])
def test_vjp(mode: str, traced: Tracing) -> None:
    body = """
    y, vjp = ms.vjp(f, x, w)
    one, two = vjp(v), vjp(2 * v)
    return y, {"one": one, "two": two}
"""
    trace = traced("mindspore", body, mode=mode)
    assert trace.saw("asked").get("ms.vjp") == 1
    if mode == "pynative":
        given = [call for call in trace.calls if call.cotangents is not None]
        assert [call.api for call in given] == ["ms.vjp", "ms.vjp"]
        assert [len(call.gradients) for call in given] == [2, 2]


@pytest.mark.parametrize("mode", ["pynative", "graph"])
@pytest.mark.parametrize("name", ["jvp", "jacrev", "jacfwd"])
def test_jacobians(name: str, mode: str, traced: Tracing) -> None:
    call = "ms.jvp(f, (x, w), (x, w))" if name == "jvp" else f"ms.{name}(f, (0, 1))(x, w)"
    trace = traced("mindspore", f'    return {{"found": {call}}}\n', mode=mode)
    assert trace.saw("asked").get(f"ms.{name}", 0) >= 1


def test_gradients_with_their_names(traced: Tracing) -> None:
    body = """
    net = Net(w)
    grads = ms.grad(net, 0, net.trainable_params(), return_ids=True)(x)
    return {"x": ms.get_grad(grads, 0), "w": ms.get_grad(grads, net.w)}
"""
    trace = traced("mindspore", body)
    assert trace.saw("asked").get("ms.get_grad") == 2
    assert only(trace).weights == ("net.w",)


@pytest.mark.parametrize("mode", ["pynative", "graph"])
def test_nested_calls(mode: str, traced: Tracing) -> None:
    body = """
    def penalty(x, w):
        return (ms.grad(loss_of)(x, w) ** 2).sum()

    return dict(zip("xw", ms.grad(penalty, (0, 1))(x, w)))
"""
    trace = traced("mindspore", body, mode=mode)
    if mode == "pynative":
        assert [(call.number, call.inside) for call in trace.calls] == [(0, None), (1, 0)]
    assert len(trace.outer) == 1
    assert shapes(trace.outer[0].gradients) == {"[0]": (3, 4), "[1]": (4, 2)}


@pytest.mark.parametrize(
    ("before", "body"),
    [
        ("@ms.jit\ndef outer(x, w):\n    return ms.grad(loss_of, (0, 1))(x, w)\n", "outer(x, w)"),
        ("@ms.jit\ndef compiled(x, w):\n    return loss_of(x, w)\n", "ms.grad(compiled, (0, 1))(x, w)"),
        ("outer = ms.jit(ms.grad(loss_of, (0, 1)))\n", "outer(x, w)"),
    ],
)
def test_what_is_compiled(before: str, body: str, traced: Tracing) -> None:
    trace = traced("mindspore", f"    return dict(zip('xw', {body}))\n", before=before)
    assert trace.saw("compiled")


def test_steps_of_a_port(traced: Tracing) -> None:
    body = """
    net = Net(w)
    optimizer = nn.SGD(net.trainable_params(), 0.1)
    step = ms.value_and_grad(net, None, optimizer.parameters)
    for _ in range(3):
        loss, grads = step(x)
        yield loss, {"w": grads}
        optimizer(grads)
"""
    trace = traced("mindspore", body)
    assert [call.step for call in trace.calls] == [0, 1, 2]
    assert trace.saw("optimizers") == {"SGD": 1}


def test_arguments_of_a_call(traced: Tracing) -> None:
    body = """
    g = lambda a, b, c: (a * b * c * x).sum()
    return {"a": ms.grad(g, (0, 1))(x, x, 2.0), "b": ms.grad(g, 0)(ms.Tensor(x.asnumpy()), b=x, c=3.0)}
"""
    one, two = traced("mindspore", body).calls
    assert one.same == ((0, 1),)
    assert one.closed_over == (0, 1)
    assert [each.kind for each in one.inputs] == ["Tensor", "Tensor", "float"]
    assert two.keywords == ("b", "c")
    assert two.same == ()


def test_the_trace_of_a_port_that_fails(traced: Tracing) -> None:
    body = """
    def g(x):
        raise ValueError("on purpose")

    ms.grad(loss_of)(x, w)
    ms.grad(g)(x)
"""
    trace = traced("mindspore", body, fails="on purpose")
    assert [call.api for call in trace.calls] == ["ms.grad", "ms.grad"]
    assert trace.calls[1].gradients == ()


def test_facts_of_a_port(traced: Tracing) -> None:
    body = """
    norm, drop = nn.BatchNorm1d(2), nn.Dropout(p=0.5)
    drop.set_train()

    def g(x, w):
        y = drop(norm(f(x, w))) * 1.0
        y.add_(v)
        cast = (3 * x).astype(ms.int32).astype(ms.float32)
        through = ms.Tensor(x.asnumpy())
        return y.sum() + (cast * ops.stop_gradient(x) * through).sum() + (ops.randn((3, 4)) * x).sum()

    return dict(zip("xw", ms.grad(g, (0, 1))(x, w)))
"""
    trace = traced("mindspore", body)
    assert set(trace.saw("modes")) == {"BatchNorm1d eval", "Dropout train"}
    assert "add_" in trace.saw("in place")
    assert set(trace.saw("detached")) == {"asnumpy", "stop_gradient"}
    assert "astype" in trace.saw("integer casts")
    assert {"Dropout", "randn"} <= set(trace.saw("random"))


def test_a_cell_with_a_bprop_of_its_own(traced: Tracing) -> None:
    own = """
class Square(nn.Cell):
    def construct(self, x):
        return x * x

    def bprop(self, x, out, dout):
        return (2 * x * dout,)
"""
    trace = traced("mindspore", '    net = Square()\n    return {"x": ms.grad(net)(x)}\n', before=own)
    assert trace.saw("custom") == {"Square": 1}
