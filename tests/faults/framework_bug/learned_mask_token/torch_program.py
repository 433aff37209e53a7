import torch


def program(tokens, mask_value, w, masked):
    seen = tokens.index_fill(0, masked.long(), mask_value)
    restored = torch.sigmoid(seen @ w)
    loss = ((restored - tokens) ** 2).mean()
    loss.backward()
    return loss, {"tokens": tokens.grad, "mask_value": mask_value.grad, "w": w.grad}
