def program(x):
    std, var = x.std(1), x.var(1)
    (std + var).sum().backward()
    return {"std": std, "var": var}, {"x": x.grad}
