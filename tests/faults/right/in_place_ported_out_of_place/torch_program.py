def program(x, y, row):
    h = x * 2
    h.add_(y).mul_(y)
    h[1] = row
    h[:, 2:4] *= 3
    loss = (h**2).sum()
    loss.backward()
    return h, {"x": x.grad, "y": y.grad, "row": row.grad}
