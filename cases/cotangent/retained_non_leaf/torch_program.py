def program(leaf):
    hidden = leaf**2
    hidden.retain_grad()
    loss = (hidden**2).sum()
    loss.backward()
    return loss, {"leaf": leaf.grad, "hidden": hidden.grad}
