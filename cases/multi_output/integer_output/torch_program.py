def program(x, weight, has_aux):
    logits = x @ weight
    loss = (logits**2).mean()
    classes = logits.argmax(dim=1)
    loss.backward()
    return (loss, classes), {"x": x.grad, "weight": weight.grad}
