from torch.autograd import Variable


def program(leaf):
    leaf = Variable(leaf, requires_grad=True)
    x = leaf * 2
    y = x - 1
    y.backward(x)
    return y, {"leaf": leaf.grad}
