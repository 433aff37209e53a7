import torch


def program(values, weights):
    buckets = (values / 2).to(torch.int32)
    loss = (weights * buckets * torch.sqrt(values + 1)).sum()
    loss.backward()
    return {"loss": loss, "buckets": buckets}, {"values": values.grad, "weights": weights.grad}
