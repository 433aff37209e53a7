def program(x):
    z = (x * 2.0**-1).sum()
    z.backward()
    return {"alone": z, "beside the gradient": z}, {"x": x.grad}
