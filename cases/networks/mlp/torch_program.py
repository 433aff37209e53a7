from net_torch import MLP  # a module beside this file
from torch.nn.functional import cross_entropy


def program(x, labels, **weights):
    net = MLP()
    net.load_state_dict({name.replace("_", "."): value for name, value in weights.items()})
    logits = net(x)
    loss = cross_entropy(logits, labels)
    loss.backward()
    return (loss, logits), {name: parameter.grad for name, parameter in net.named_parameters()}
