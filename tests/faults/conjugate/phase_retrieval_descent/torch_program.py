import torch


def program(image, magnitude):
    image = image.detach()
    for _ in range(3):
        image.requires_grad_()
        loss = (torch.fft.fft(image, dim=-1).abs() - magnitude).square().mean()
        (gradient,) = torch.autograd.grad(loss, image)
        yield loss, {"image": gradient}
        image = (image - 0.5 * gradient).detach()
