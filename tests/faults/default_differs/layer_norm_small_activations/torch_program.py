from torch import nn


def program(x, weight, bias, proj):
    norm = nn.LayerNorm(8)
    norm.load_state_dict({"weight": weight, "bias": bias})
    y = nn.functional.linear(norm(x), proj)
    loss = (y**2).mean()
    loss.backward()
    return {"y": y}, {"x": x.grad, "weight": norm.weight.grad, "bias": norm.bias.grad, "proj": proj.grad}
