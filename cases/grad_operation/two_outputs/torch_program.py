def program(x, weight):
    predictions = x * weight
    loss = (predictions**2).sum()
    loss.backward()
    return (loss, predictions), {"x": x.grad, "weight": weight.grad}
