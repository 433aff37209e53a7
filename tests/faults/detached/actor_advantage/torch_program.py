import torch
from torch import nn


def program(obs, returns, actions, actor, critic):
    pi, v = nn.Linear(5, 4, bias=False), nn.Linear(5, 1, bias=False)
    pi.load_state_dict({"weight": actor})
    v.load_state_dict({"weight": critic})
    optimizer = torch.optim.SGD([*pi.parameters(), *v.parameters()], lr=0.1)
    for _ in range(2):
        optimizer.zero_grad()
        logp = torch.log_softmax(pi(obs), -1).gather(1, actions[:, None])[:, 0]
        advantage = returns - v(obs)[:, 0]
        loss = -(logp * advantage.detach()).mean() + 0.5 * (advantage**2).mean()
        loss.backward()
        optimizer.step()
        yield loss, {"actor": pi.weight.grad, "critic": v.weight.grad}
