def program(x, weight):
    centred = x - x.mean(-1, keepdim=True)
    y = centred / (centred.pow(2).mean(-1, keepdim=True) + 1e-3).sqrt()
    (y * weight).sum().backward()
    return {"x": x.grad}
