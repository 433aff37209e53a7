import mindspore as ms


def loss_of(x, y):
    products = x**2 * y
    return products.sum(), products


def program(x, y):
    (dx, dy), (products,) = ms.grad(loss_of, grad_position=(0, 1), has_aux=True)(x, y)
    return products, {"x": dx, "y": dy}
