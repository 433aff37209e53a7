def net(x, weight):
    logits = x @ weight
    return logits, (logits**2).mean()


def program(x, weight):
    logits, loss = net(x, weight)
    loss.backward()
    return {"logits": logits, "loss": loss}, {"x": x.grad, "weight": weight.grad}
