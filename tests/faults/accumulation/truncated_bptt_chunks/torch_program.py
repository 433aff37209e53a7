import torch


def program(sequence, w_in, w_hidden, bias):
    state = torch.zeros(4, 6, dtype=sequence.dtype)
    losses = []
    for chunk in sequence.detach().split(3):
        state = state.detach()
        loss = 0.0
        for x in chunk:
            state = torch.sin(x @ w_in.T + state @ w_hidden.T + bias)
            loss = loss + state.square().mean()
        loss.backward()
        losses.append(loss)
    return {"losses": losses}, {"w_in": w_in.grad, "w_hidden": w_hidden.grad, "bias": bias.grad}
