def program(x, none):
    ((x**2).sum() + (none * 3).sum()).backward()
    return {}, {"x": x.grad, "none": none.grad}
