import torch


def program(batches, weight):
    for batch in batches:
        weight.grad = None
        loss = torch.exp(batch @ weight).mean()
        loss.backward()
        yield loss, {"weight": weight.grad}
