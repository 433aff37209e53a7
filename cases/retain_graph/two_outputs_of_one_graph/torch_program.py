import torch


def program(x):
    square = x**2
    total = square.sum()
    product = square.prod()
    (of_total,) = torch.autograd.grad(total, x, retain_graph=True)
    (of_product,) = torch.autograd.grad(product, x)
    return (total, product), {"of total": of_total, "of product": of_product}
