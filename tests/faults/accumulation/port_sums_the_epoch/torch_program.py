def program(x, y, weight, bias):
    weight, bias = weight.detach().requires_grad_(), bias.detach().requires_grad_()
    for inputs, target in zip(x.detach(), y.detach(), strict=False):
        weight.grad = bias.grad = None
        loss = (inputs @ weight + bias - target).abs().mean()
        loss.backward()
        yield loss, {"weight": weight.grad, "bias": bias.grad}
