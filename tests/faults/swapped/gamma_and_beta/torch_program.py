import torch


def program(x, proj, gamma, beta):
    h = x @ proj
    mean = h.mean(0)
    var = ((h - mean) ** 2).mean(0)
    out = (h - mean) / torch.sqrt(var + 0.03125) * gamma + beta
    loss = torch.exp(out * 0.5).mean()
    loss.backward()
    return {"out": out, "loss": loss}, {"proj": proj.grad, "gamma": gamma.grad, "beta": beta.grad}
