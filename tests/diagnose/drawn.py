"""Functions drawn at random, as programs for both frameworks, and faults planted in the ports.

A drawn function is a chain of operators of the same name and meaning in both frameworks.  Each input goes through
something that is not linear, so that no gradient is constant, and has a path of its own to the loss, so that a branch
that is cut off leaves a gradient behind.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

#: Functions of one tensor, by the names of both frameworks; ``F`` stands for ``torch`` or ``ops``.
_UNARY = ("F.tanh({0})", "F.sigmoid({0})", "F.sin({0})", "F.cos({0})", "F.exp(0.25 * {0})", "F.atan({0})")
#: Those whose output lies in (-1, 1) and spreads there.
_BOUNDED = ("F.tanh({0})", "F.sin({0})", "F.atan({0})")


@dataclass(frozen=True)
class Drawn:
    """A function of several tensors whose value is one number."""

    inputs: Mapping[str, tuple[int, ...]]
    #: Each a name and its expression.
    lines: tuple[tuple[str, str], ...]
    #: Names of intermediate tensors of the shape of ``last``, in order.
    hidden: tuple[str, ...]
    #: The tensor that is reduced to the loss, and its shape.
    last: str
    shape: tuple[int, int]
    #: ``mean`` or ``sum``.
    reduction: str

    @property
    def names(self) -> tuple[str, ...]:
        """Of the inputs."""
        return tuple(self.inputs)

    @property
    def paths(self) -> str:
        """A small term for each input, by a path of its own."""
        return " + ".join(f"{0.25 * (at + 1)} * F.sin({name} + {at}).mean()" for at, name in enumerate(self.inputs))

    @property
    def loss(self) -> str:
        """The expression of the loss."""
        return f"({self.last} * {self.last}).{self.reduction}() + {self.paths}"


def draw(rng: random.Random, steep: bool = False) -> Drawn:
    """Draw a function: a matmul of two inputs, and a chain of operators after it, with up to two inputs more.

    A ``steep`` one ends in what is saturated, or turns fast, so that it amplifies the rounding of what comes before.
    """
    rows, inner, columns = rng.sample(range(2, 8), 3)
    names = rng.sample(["x", "w", "u", "kernel", "query", "state", "a", "b"], 4)
    first, second, third, fourth = names
    inputs: dict[str, tuple[int, ...]] = {first: (rows, inner), second: (inner, columns)}
    lines = [("p", rng.choice(_UNARY).format(first)), ("q", rng.choice(_BOUNDED).format(second))]
    lines.append(("h0", "F.matmul(p, q)"))
    hidden = ["h0"]
    shape = (rows, columns)

    def step(expression: str) -> None:
        lines.append((f"h{len(hidden)}", expression.format(hidden[-1], rng.choice(hidden))))
        hidden.append(f"h{len(hidden)}")

    if rng.random() < 0.7:
        inputs[third] = rng.choice([(columns,), shape, (rows, 1)])
        step(rng.choice(["{0} + " + rng.choice(_BOUNDED).format(third), "{0} * F.exp(0.25 * " + third + ")"]))
    for _ in range(rng.randint(1, 3)):
        step(
            rng.choice(
                [
                    rng.choice(_UNARY),
                    "{0} * " + rng.choice(_BOUNDED).replace("{0}", "{1}"),
                    "{0} + 0.5 * " + rng.choice(_UNARY).replace("{0}", "{1}"),
                    "{0} - 0.5 * {1}.mean(0)",
                    "{0} * {1}.sum(0)" if steep else "{0} * F.sin({1}.sum(0))",
                ]
            )
        )
    if rng.random() < 0.4:
        more = rng.choice([3, 4, 5])
        inputs[fourth] = (columns, more)
        lines.append(("z0", f"F.matmul({hidden[-1]}, F.cos({fourth}))"))
        shape = (rows, more)
    else:
        lines.append(("z0", hidden[-1]))
    lines.append(("z", rng.choice(_BOUNDED).format("z0" if steep else "(0.25 * z0)")))
    return Drawn(inputs, tuple(lines), tuple(hidden), "z", shape, rng.choice(["mean", "sum"]))


def function(
    drawn: Drawn,
    side: str,
    *,
    name: str = "forward",
    result: str = "",
    after: Mapping[str, Sequence[str]] | None = None,
    more: str = "",
    head: str = "",
) -> str:
    """The text of a drawn function: ``after`` has lines that follow that of a name, ``more`` further arguments."""
    lines = [f"def {name}({', '.join(drawn.names)}{more}):"]
    for target, expression in drawn.lines:
        lines.append(f"{target} = {expression}")
        lines += (after or {}).get(target, ())
    lines.append(f"return {result or drawn.loss}")
    text = "\n    ".join(lines) + "\n"
    return head + text.replace("F.", "torch." if side == "torch" else "ops.")


def program(body: Sequence[str], drawn: Drawn, more: str = "") -> str:
    """The text of ``program``."""
    return f"\n\ndef program({', '.join(drawn.names)}{more}):\n    " + "\n    ".join(body) + "\n"


def torch_grads(drawn: Drawn) -> str:
    """What torch's program returns as gradients."""
    return "{" + ", ".join(f'"{name}": {name}.grad' for name in drawn.names) + "}"


def port_grads(drawn: Drawn, **written: str) -> str:
    """What the port returns as gradients; ``written`` has expressions of some."""
    entries = (f'"{name}": {written.get(name, f"grads[{at}]")}' for at, name in enumerate(drawn.names))
    return "{" + ", ".join(entries) + "}"


TORCH_HEAD = "import torch\nfrom torch import nn\n\n\n"
PORT_HEAD = "import mindspore as ms\nfrom mindspore import nn, ops\n\n\n"


def torch_text(drawn: Drawn, body: Sequence[str] = (), more: str = "", **written: object) -> str:
    """A torch program; by default it calls ``loss.backward()``."""
    arguments = ", ".join(drawn.names) + more
    body = body or [f"loss = forward({arguments})", "loss.backward()", f"return loss, {torch_grads(drawn)}"]
    text = function(drawn, "torch", more=more, **written)  # type: ignore[arg-type]
    return TORCH_HEAD + text + program(body, drawn, more)


def port_text(drawn: Drawn, body: Sequence[str] = (), more: str = "", grads: str = "", **written: object) -> str:
    """A port; by default it calls ``ms.value_and_grad``."""
    places = tuple(range(len(drawn.names)))
    arguments = ", ".join(drawn.names) + more
    body = body or [
        f"loss, grads = ms.value_and_grad(forward, {places})({arguments})",
        f"return loss, {grads or port_grads(drawn)}",
    ]
    text = function(drawn, "mindspore", more=more, **written)  # type: ignore[arg-type]
    return PORT_HEAD + text + program(body, drawn, more)


@dataclass(frozen=True)
class Planted:
    """A torch program with a port that is right and one that has a fault."""

    torch: str
    right: str
    faulty: str
    toml: str
    #: The torch program that the right port is of, and its case, where they are other ones.
    right_torch: str = ""
    right_toml: str = ""


def toml(drawn: Drawn, mode: str = "", **more: str) -> str:
    """The ``case.toml``."""
    lines = ['title = "a function drawn at random"', "[inputs]"]
    lines += [f"{name} = {{ normal = {list(shape)} }}" for name, shape in drawn.inputs.items()]
    lines += [f"{name} = {text}" for name, text in more.items()]
    if mode:
        lines += ["[matrix]", f'mode = ["{mode}"]']
    return "\n".join(lines) + "\n"


def accumulation(drawn: Drawn, rng: random.Random) -> Planted:
    """Two or three backward passes; one side adds up, the other does not."""
    scales = rng.sample([1.0, 0.5, -0.7, 1.6], rng.choice([2, 3]))
    clears = rng.random() < 0.5
    scaled = ", ".join(f"scale * {name}" for name in drawn.names)
    body = ["losses = []", f"for scale in {scales}:"]
    if clears:
        body += [f"    {name}.grad = None" for name in drawn.names]
    body += [f"    loss = forward({scaled})", "    loss.backward()", "    losses.append(loss)"]
    body.append(f"return losses, {torch_grads(drawn)}")
    places = tuple(range(len(drawn.names)))
    wrapper = f"\n\ndef scaled({', '.join(drawn.names)}, scale):\n    return forward({scaled})\n"

    def port(adds: bool) -> str:
        lines = ["losses, grads = [], None", f"for scale in {scales}:"]
        lines.append(f"    loss, found = ms.value_and_grad(scaled, {places})({', '.join(drawn.names)}, scale)")
        added = "found if grads is None else [one + two for one, two in zip(grads, found)]"
        lines += ["    losses.append(loss)", f"    grads = {added if adds else 'found'}"]
        lines.append(f"return losses, {port_grads(drawn)}")
        return PORT_HEAD + function(drawn, "mindspore") + wrapper + program(lines, drawn)

    mode = rng.choice(["", "graph"])
    return Planted(torch_text(drawn, body), port(not clears), port(clears), toml(drawn, mode))


def multi_output(drawn: Drawn, rng: random.Random) -> Planted:
    """A second output that one side differentiates and the other does not."""
    aux = rng.choice([f"{rng.choice(drawn.hidden)} * 0.7", f"F.sin({drawn.hidden[0]}).sum()", drawn.last])
    result = f"{drawn.loss}, {aux}"
    both = rng.random() < 0.4
    what = "(loss + aux.sum())" if both else "loss"
    body = [f"loss, aux = forward({', '.join(drawn.names)})", f"{what}.backward()"]
    body.append(f"return [loss, aux], {torch_grads(drawn)}")
    places = tuple(range(len(drawn.names)))

    def port(has_aux: bool) -> str:
        more = ", has_aux=True" if has_aux else ""
        lines = [f"(loss, aux), grads = ms.value_and_grad(forward, {places}, None{more})({', '.join(drawn.names)})"]
        lines.append(f"return [loss, aux], {port_grads(drawn)}")
        return port_text(drawn, lines, result=result)

    mode = rng.choice(["", "graph"])
    return Planted(torch_text(drawn, body, result=result), port(not both), port(both), toml(drawn, mode))


def cotangent(drawn: Drawn, rng: random.Random) -> Planted:
    """An output that is weighed by one side, or by each in another way."""
    given, taken = rng.choice([("v", None), (None, "v"), ("v", "v * v"), ("v", "2 - v")])
    weight = "torch.ones_like(z)" if given is None else "v.detach()"
    body = [f"z = forward({', '.join(drawn.names)})", f"z.backward({weight})", f"return z, {torch_grads(drawn)}"]
    places = tuple(range(len(drawn.names)))
    by_vjp = rng.random() < 0.5
    names = ", ".join(drawn.names)

    def port(by: str | None) -> str:
        if by is None:
            lines = [f"z = forward({names})", f"grads = ms.grad(forward, {places})({names})"]
        elif by_vjp:
            lines = [f"z, vjp = ms.vjp(forward, {names})", f"grads = vjp({by})"]
        else:
            lines = [f"z = forward({names})"]
            lines.append(f"grads = ops.GradOperation(get_all=True, sens_param=True)(forward)({names}, {by})")
        return (
            PORT_HEAD
            + function(drawn, "mindspore", result=drawn.last)
            + program([*lines, f"return z, {port_grads(drawn)}"], drawn, ", v")
        )

    torch = TORCH_HEAD + function(drawn, "torch", result=drawn.last) + program(body, drawn, ", v")
    return Planted(torch, port(given), port(taken), toml(drawn, v=f"{{ normal = {list(drawn.shape)} }}"))


def reduction(drawn: Drawn, rng: random.Random) -> Planted:
    """The mean on one side, the sum on the other."""
    other = "sum" if drawn.reduction == "mean" else "mean"
    term, loss = f"{drawn.last} * {drawn.last}", "({}).{}()"
    right, wrong = (loss.format(term, each) for each in (drawn.reduction, other))
    mode = rng.choice(["", "graph"])
    return Planted(
        torch_text(drawn, result=right),
        port_text(drawn, result=right),
        port_text(drawn, result=wrong),
        toml(drawn, mode),
    )


def reduction_against_target(drawn: Drawn, rng: random.Random) -> Planted:
    """The same of a loss that compares with a target."""
    other = "sum" if drawn.reduction == "mean" else "mean"
    right, wrong = (f"F.square({drawn.last} - target).{each}()" for each in (drawn.reduction, other))
    target = f"{{ normal = {list(drawn.shape)} }}"
    return Planted(
        torch_text(drawn, result=right, more=", target"),
        port_text(drawn, result=right, more=", target"),
        port_text(drawn, result=wrong, more=", target"),
        toml(drawn, target=target),
    )


def swapped(drawn: Drawn, rng: random.Random) -> Planted:
    """Two gradients, or all, under each other's name."""
    one, two = rng.sample(range(len(drawn.names)), 2)
    written = {drawn.names[one]: f"grads[{two}]", drawn.names[two]: f"grads[{one}]"}
    mode = rng.choice(["", "graph"])
    return Planted(
        torch_text(drawn), port_text(drawn), port_text(drawn, grads=port_grads(drawn, **written)), toml(drawn, mode)
    )


def sign(drawn: Drawn, rng: random.Random) -> Planted:
    """The gradient of the negative loss, or gradients that are negated after."""
    mode = rng.choice(["", "graph"])
    if rng.random() < 0.5:
        faulty = port_text(drawn, result=f"-({drawn.loss})")
    else:
        written = {name: f"-grads[{at}]" for at, name in enumerate(drawn.names)}
        faulty = port_text(drawn, grads=port_grads(drawn, **written))
    return Planted(torch_text(drawn), port_text(drawn), faulty, toml(drawn, mode))


def constant_ratio(drawn: Drawn, rng: random.Random) -> Planted:
    """A factor of the program's own in the loss, or on the gradients."""
    factor = rng.choice([0.7, 1.3, 2.6, 0.37, -1.7, 1.05])
    mode = rng.choice(["", "graph"])
    if rng.random() < 0.5:
        faulty = port_text(drawn, result=f"{factor} * ({drawn.loss})")
    else:
        written = {name: f"{factor} * grads[{at}]" for at, name in enumerate(drawn.names)}
        faulty = port_text(drawn, grads=port_grads(drawn, **written))
    return Planted(torch_text(drawn), port_text(drawn), faulty, toml(drawn, mode))


def transposed(drawn: Drawn, rng: random.Random) -> Planted:
    """One matrix's gradient, or that of each, transposed."""
    matrices = [name for name, shape in drawn.inputs.items() if len(shape) == 2 and min(shape) > 1]
    chosen = matrices if rng.random() < 0.5 else [rng.choice(matrices)]
    written = {name: f"grads[{drawn.names.index(name)}].T" for name in chosen}
    mode = rng.choice(["", "graph"])
    return Planted(
        torch_text(drawn), port_text(drawn), port_text(drawn, grads=port_grads(drawn, **written)), toml(drawn, mode)
    )


def none_vs_zero(drawn: Drawn, rng: random.Random) -> Planted:
    """A gradient of what takes no part."""
    shape = rng.choice([(), (3,), (2, 4)])
    grads = torch_grads(drawn)[:-1] + ', "idle": idle.grad}'
    names = ", ".join(drawn.names)
    body = [f"loss = forward({names}, idle)", "loss.backward()", f"return loss, {grads}"]
    places = tuple(range(len(drawn.names) + 1))

    def port(idle: str) -> str:
        lines = [f"loss, grads = ms.value_and_grad(forward, {places})({names}, idle)"]
        lines.append(f'return loss, {port_grads(drawn)[:-1]}, "idle": {idle}}}')
        return port_text(drawn, lines, more=", idle")

    return Planted(
        torch_text(drawn, body, more=", idle"),
        port("None"),
        port(f"grads[{len(drawn.names)}]"),
        toml(drawn, rng.choice(["", "graph"]), idle=f"{{ normal = {list(shape)} }}"),
    )


def detached(drawn: Drawn, rng: random.Random) -> Planted:
    """A branch that one side holds constant."""
    name = rng.choice(drawn.hidden)
    how = rng.choice(["detach", "no_grad", "stop_gradient", "numpy"])
    added = f"{name} = {name} * 0.5 + 0.75 * "
    if how == "no_grad":
        torch_lines = ["with torch.no_grad():", f"    held = torch.sin({name})", added + "held"]
    elif how == "detach":
        torch_lines = [added + f"torch.sin({name}).detach()"]
    else:
        torch_lines = [added + f"torch.sin({name})"]
    flows = [added + f"ops.sin({name})"]
    if how in ("no_grad", "detach"):
        right, wrong = [added + f"ops.stop_gradient(ops.sin({name}))"], flows
    elif how == "stop_gradient":
        right, wrong = flows, [added + f"ops.stop_gradient(ops.sin({name}))"]
    else:
        right, wrong = flows, [added + f"ms.Tensor(ops.sin({name}).asnumpy())"]
    return Planted(
        torch_text(drawn, after={name: torch_lines}),
        port_text(drawn, after={name: right}),
        port_text(drawn, after={name: wrong}),
        toml(drawn, "" if how == "numpy" else rng.choice(["", "pynative"])),
    )


def integer_cast(drawn: Drawn, rng: random.Random) -> Planted:
    """A cast to integers, through which MindSpore lets a gradient flow."""
    name = rng.choice(drawn.hidden)
    torch_kind, port_kind = rng.choice(
        [("torch.int32", "ms.int32"), ("torch.int64", "ms.int64"), ("torch.bool", "ms.bool_")]
    )
    factor = rng.choice([2, 3, 5])
    how = rng.choice(["to", "astype"])
    port_cast = f"({factor} * {name} + 0.3).{how}({port_kind})"
    torch_cast = f"({factor} * {name} + 0.3).to({torch_kind}).to(torch.float32)"
    # What flows back is cast to integers as well: it must be larger than one to arrive.
    cut, result = f"cut = 5 * ({{}} * {name}).sum()", f"{drawn.loss} + cut"
    right, wrong = f"ops.stop_gradient({port_cast}).astype(ms.float32)", f"{port_cast}.astype(ms.float32)"
    return Planted(
        torch_text(drawn, after={name: [cut.format(torch_cast)]}, result=result),
        port_text(drawn, after={name: [cut.format(right)]}, result=result),
        port_text(drawn, after={name: [cut.format(wrong)]}, result=result),
        toml(drawn, rng.choice(["", "pynative"])),
    )


def second_order(drawn: Drawn, rng: random.Random) -> Planted:
    """A penalty on a gradient, in PyNative; the right port compiles the outer derivative."""
    names = ", ".join(drawn.names)
    wanted = rng.choice(drawn.names[:2])
    at = drawn.names.index(wanted)
    body = [f"loss = forward({names})", f"(g,) = torch.autograd.grad(loss, {wanted}, create_graph=True)"]
    body += ["total = loss + (g * g).sum()", "total.backward()", f"return total, {torch_grads(drawn)}"]
    places = tuple(range(len(drawn.names)))

    def port(compiled: bool) -> str:
        penalty = f"\n\ndef penalised({names}):\n    g = ms.grad(forward, {at})({names})\n"
        penalty += f"    return forward({names}) + (g * g).sum()\n"
        if compiled:
            penalty += f"\n\n@ms.jit\ndef outer({names}):\n"
            penalty += f"    return ms.value_and_grad(penalised, {places})({names})\n"
        call = "outer" if compiled else f"ms.value_and_grad(penalised, {places})"
        lines = [f"total, grads = {call}({names})", f"return total, {port_grads(drawn)}"]
        return PORT_HEAD + function(drawn, "mindspore") + penalty + program(lines, drawn)

    return Planted(torch_text(drawn, body), port(True), port(False), toml(drawn, "pynative"))


def lost_in_place(drawn: Drawn, rng: random.Random) -> Planted:
    """A write in place that MindSpore loses."""
    name = rng.choice(drawn.hidden)
    method, operator = rng.choice([("add_", "+"), ("sub_", "-"), ("mul_", "*"), ("add_", "+")])
    other = rng.choice([f"torch.sin({drawn.hidden[0]})", f"0.5 * {drawn.hidden[0]}"])
    lines = [f"kept = {other}", f"{name} = {name} * 1.0", f"{name}.{method}(kept)"]
    faulty = [line.replace("torch.", "ops.") for line in lines]
    right = [*faulty[:2], f"{name} = {name} {operator} kept"]
    return Planted(
        torch_text(drawn, after={name: lines}),
        port_text(drawn, after={name: right}),
        port_text(drawn, after={name: faulty}),
        toml(drawn, rng.choice(["", "pynative"])),
    )


def aliasing(drawn: Drawn, rng: random.Random) -> Planted:
    """One tensor as two arguments."""
    name = rng.choice(drawn.names)
    bound = replace(drawn, inputs={**drawn.inputs, "twin": drawn.inputs[name]})
    result = f"{drawn.loss} + (F.tanh(twin) * {name} * {name}).sum()"
    names = ", ".join(drawn.names)
    places = tuple(range(len(drawn.names) + 1))
    body = [f"twin = {name}.detach().clone().requires_grad_()", f"loss = forward({names}, twin)", "loss.backward()"]
    body.append(f"return loss, {torch_grads(bound)}")

    def port(twin: str) -> str:
        lines = [f"loss, grads = ms.value_and_grad(forward, {places})({names}, {twin})"]
        lines.append(f"return loss, {port_grads(bound)}")
        return PORT_HEAD + function(bound, "mindspore", result=result) + program(lines, drawn)

    torch = TORCH_HEAD + function(bound, "torch", result=result) + program(body, drawn)
    return Planted(torch, port(f"ms.Tensor({name}.asnumpy())"), port(name), toml(drawn, rng.choice(["", "pynative"])))


def train_mode(drawn: Drawn, rng: random.Random) -> Planted:
    """A batch norm at the end, in training on one side and in evaluation on the other."""
    evaluates = rng.random() < 0.4
    width = drawn.shape[1]
    after = {drawn.last: [f"{drawn.last} = norm({drawn.last}) * {drawn.last}"]}
    names = ", ".join(drawn.names)
    body = [f"norm = nn.BatchNorm1d({width})"] + (["norm.eval()"] if evaluates else [])
    body += [f"loss = forward({names}, norm)", "loss.backward()", f"return loss, {torch_grads(drawn)}"]
    places = tuple(range(len(drawn.names)))

    def port(trains: bool) -> str:
        lines = [f"norm = nn.BatchNorm1d({width})"] + (["norm.set_train()"] if trains else [])
        lines.append(f"net = lambda {names}: forward({names}, norm)")
        lines.append(f"loss, grads = ms.value_and_grad(net, {places})({names})")
        lines.append(f"return loss, {port_grads(drawn)}")
        text = function(drawn, "mindspore", after=after, more=", norm")
        return PORT_HEAD + text + program(lines, drawn)

    torch = TORCH_HEAD + function(drawn, "torch", after=after, more=", norm") + program(body, drawn)
    return Planted(torch, port(not evaluates), port(evaluates), toml(drawn, rng.choice(["", "pynative"])))


def dropout(drawn: Drawn, rng: random.Random) -> Planted:
    """Dropout on both sides; the right pair has the rate 0."""
    rate = rng.choice([0.3, 0.5])
    by_layer = rng.random() < 0.5

    def text(side: str, p: float) -> str:
        z = drawn.last
        functional = "nn.functional.dropout" if side == "torch" else "ops.dropout"
        line = f"{z} = {z} + drop({z})" if by_layer else f"{z} = {z} + {functional}({z}, p={p}, training=True)"
        head = f"drop = nn.Dropout(p={p})\n" + ("" if side == "torch" else "drop.set_train()\n") if by_layer else ""
        head += "\n\n" if head else ""
        make = torch_text if side == "torch" else port_text
        return make(drawn, after={z: [line]}, head=head)

    return Planted(
        text("torch", rate), text("mindspore", 0.0), text("mindspore", rate), toml(drawn, rng.choice(["", "pynative"])),
        right_torch=text("torch", 0.0),
    )  # fmt: skip


def randomness(drawn: Drawn, rng: random.Random) -> Planted:
    """Noise that each side draws; the right pair is fed it."""
    name = drawn.hidden[0]
    line = rng.choice(["{0} = {0} + noise", "{0} = {0} * noise"]).format(name)
    torch_draw, port_draw = rng.choice([("torch.randn_like", "ops.randn_like"), ("torch.rand_like", "ops.rand_like")])
    shape = "{ normal = [1, 1] }"

    def after(draw: str) -> dict[str, list[str]]:
        return {name: [f"noise = {draw}({name})"] * bool(draw) + [line]}

    return Planted(
        torch_text(drawn, after=after(torch_draw)),
        port_text(drawn, after=after(""), more=", noise"),
        port_text(drawn, after=after(port_draw)),
        toml(drawn, rng.choice(["", "pynative"])),
        right_torch=torch_text(drawn, after=after(""), more=", noise"),
        right_toml=toml(drawn, noise=shape),
    )


def kink(drawn: Drawn, rng: random.Random) -> Planted:
    """A relu6 at its bound; the right pair stays off it."""
    z, (rows, columns) = drawn.last, drawn.shape
    levels = [[float(rng.choice([-1, 1, 6, 3])) for _ in range(columns)] for _ in range(rows)]
    levels[0][0] = 6.0
    right = [[level + 0.25 for level in row] for row in levels]
    grads = torch_grads(drawn)[:-1] + ', "levels": levels.grad}'
    names = ", ".join(drawn.names)
    line = rng.choice(["{0} = {0} * {1}.relu6(levels)", "{0} = {0} + F.sin({1}.relu6(levels)) * {0}"])
    body = [f"loss = forward({names}, levels)", "loss.backward()", f"return loss, {grads}"]
    places = tuple(range(len(drawn.names) + 1))
    lines = [f"loss, grads = ms.value_and_grad(forward, {places})({names}, levels)"]
    lines.append(f'return loss, {port_grads(drawn)[:-1]}, "levels": grads[{len(drawn.names)}]}}')
    port = port_text(drawn, lines, after={z: [line.format(z, "ops")]}, more=", levels")
    return Planted(
        torch_text(drawn, body, after={z: [line.format(z, "nn.functional")]}, more=", levels"),
        port,
        port,
        toml(drawn, levels=f"{{ value = {levels} }}"),
        right_toml=toml(drawn, levels=f"{{ value = {right} }}"),
    )


def rounding(drawn: Drawn, rng: random.Random) -> Planted:
    """A stable expression on one side, an unstable one of the same value on the other."""
    z = drawn.last
    offset = rng.choice([2000, 4000])
    other = rng.choice([z, f"F.cos({z})"])
    shifted, other_shifted = f"({z} + {offset})", f"({other} - {offset})"
    stable = f"(({z} - {z}.mean()) * ({other} - {other}.mean())).mean()"
    unstable = f"({shifted} * {other_shifted}).mean() - {shifted}.mean() * {other_shifted}.mean()"
    loss = f"F.sin(7 * ({{}})) + {drawn.paths}"
    return Planted(
        torch_text(drawn, result=loss.format(stable)),
        port_text(drawn, result=loss.format(stable)),
        port_text(drawn, result=loss.format(unstable)),
        toml(drawn, rng.choice(["", "pynative"])),
    )


Plant = Callable[[Drawn, random.Random], Planted]

#: By the cause that a diagnosis must name.
CAUSES: dict[str, tuple[Plant, ...]] = {
    "accumulation": (accumulation,),
    "multi_output": (multi_output,),
    "cotangent": (cotangent,),
    "reduction": (reduction, reduction_against_target),
    "swapped": (swapped,),
    "sign": (sign,),
    "constant_ratio": (constant_ratio,),
    "transposed": (transposed,),
    "none_vs_zero": (none_vs_zero,),
    "detached": (detached,),
    "integer_cast": (integer_cast,),
    "second_order": (second_order,),
    "lost_in_place": (lost_in_place,),
    "aliasing": (aliasing,),
    "train_mode": (train_mode,),
    "dropout": (dropout,),
    "randomness": (randomness,),
    "kink": (kink,),
    "rounding": (rounding,),
}


#: Causes that a relation between the two gradients shows; it must hold where rounding is amplified as well.
RELATIONS = ("reduction", "swapped", "sign", "constant_ratio", "transposed")


def planted(cause: str, number: int, steep: bool = False) -> Planted:
    """The ``number``-th drawn pair of a cause; the same in every run."""
    rng = random.Random(f"{cause} {number}")
    plants = CAUSES[cause]
    return plants[number % len(plants)](draw(rng, steep), rng)
