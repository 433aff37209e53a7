from torch.autograd import Variable


def program(leaf):
    leaf = Variable(leaf, requires_grad=True)
    x = leaf * 2
    y = x - 1
    y.backward(x)
    # Only a leaf keeps its gradient: x.grad is None, and torch warns of it.
    return y, {"leaf": leaf.grad, "x": x.grad}
