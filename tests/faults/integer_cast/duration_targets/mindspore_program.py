import mindspore as ms
from mindspore import nn, ops


def program(states, w, target):
    w = ms.Parameter(w, name="w")
    optimizer = nn.SGD([w], learning_rate=0.02)

    def forward(states):
        durations = ops.exp((states * w).sum(1))
        frames = durations.int()
        return ((states * frames.unsqueeze(1) - target) ** 2).mean() + 0.1 * durations.mean()

    step = ms.value_and_grad(forward, 0, [w])
    for _ in range(3):
        loss, (dstates, (dw,)) = step(states)
        yield loss, {"states": dstates, "w": dw}
        optimizer((dw,))
