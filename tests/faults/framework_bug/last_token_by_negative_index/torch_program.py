import torch


def program(states, w, which):
    hidden = torch.sigmoid(states @ w)
    chosen = hidden[which]
    loss = (chosen**2).sum()
    loss.backward()
    return {"loss": loss, "chosen": chosen}, {"states": states.grad, "w": w.grad}
