import torch
from torch import nn


def program(states, actions, advantage, w1, w2, b2):
    policy = nn.Sequential(nn.Linear(5, 6, bias=False), nn.ReLU(), nn.Linear(6, 3))
    policy.load_state_dict({"0.weight": w1, "2.weight": w2, "2.bias": b2})
    log_prob = torch.log_softmax(policy(states), dim=-1).gather(1, actions[:, None]).squeeze(1)
    loss = -(log_prob * advantage).mean()
    loss.backward()
    return {"log_prob": log_prob}, {name: p.grad for name, p in policy.named_parameters()}
