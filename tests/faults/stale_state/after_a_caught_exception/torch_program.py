def program(x, w):
    def fused(x, w):
        raise NotImplementedError("no fused kernel")

    def plain(x, w):
        return (x @ w).tanh().sum()

    try:
        first = fused(x, w)
    except NotImplementedError:
        first = plain(x, w)
    first.backward()
    yield first, {"x": x.grad.clone(), "w": w.grad.clone()}
    x.grad = w.grad = None
    scale = (2 * x).exp().detach()
    second = (x * scale).sum()
    second.backward()
    yield second, {"x": x.grad}
