import torch


def program(tokens, experts, route):
    weights = [w.detach().clone().requires_grad_() for w in experts]
    out = []
    for i in range(len(tokens)):
        out.append(torch.tanh(weights[int(route[i])] @ tokens[i]))
    y = torch.stack(out)
    loss = (y**2).mean()
    loss.backward()
    return {"y": y, "loss": loss}, {"experts": [w.grad for w in weights], "tokens": tokens.grad}
