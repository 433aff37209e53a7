from torch.nn import functional as F


def program(features, mask, weight, bias):
    logits = F.conv2d(features, weight, bias)
    loss = F.binary_cross_entropy_with_logits(logits, mask.detach())
    loss.backward()
    return {"loss": loss}, {"features": features.grad, "weight": weight.grad, "bias": bias.grad}
