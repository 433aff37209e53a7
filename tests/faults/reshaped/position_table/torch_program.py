import torch


def program(table, scores):
    biased = torch.softmax((scores + table).flatten(1), dim=-1)
    loss = (biased**2).sum(1).mean()
    loss.backward()
    return {"biased": biased}, {"table": table.grad, "scores": scores.grad}
