from torch.nn import functional as F


def program(image, kernel, head, chosen):
    scores = F.conv2d(image, kernel).relu().flatten(1) @ head
    scores.backward(F.one_hot(chosen, 4).to(scores.dtype))
    return {"scores": scores}, {"image": image.grad, "kernel": kernel.grad}
