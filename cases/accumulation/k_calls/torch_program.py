def program(x, k):
    for power in range(2, 2 + k):
        z = (x**power).sum()
        z.backward()
    return z, {"x": x.grad}
