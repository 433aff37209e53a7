import mindspore as ms
from mindspore import nn, ops


class ActorCritic(nn.Cell):
    def __init__(self, actor, critic):
        super().__init__()
        self.pi = nn.Dense(5, 4, weight_init=actor, has_bias=False)
        self.v = nn.Dense(5, 1, weight_init=critic, has_bias=False)

    def construct(self, obs, returns, actions):
        logp = ops.gather_elements(ops.log_softmax(self.pi(obs), -1), 1, actions[:, None])[:, 0]
        advantage = returns - self.v(obs)[:, 0]
        return -(logp * advantage).mean() + 0.5 * (advantage**2).mean()


def program(obs, returns, actions, actor, critic):
    net = ActorCritic(actor, critic)
    optimizer = nn.SGD(net.trainable_params(), learning_rate=0.1)
    step = ms.value_and_grad(net, None, optimizer.parameters)
    for _ in range(2):
        loss, (dpi, dv) = step(obs, returns, actions)
        optimizer((dpi, dv))
        yield loss, {"actor": dpi, "critic": dv}
