from net_torch import Block  # a module beside this file


def program(x, **weights):
    block = Block()
    block.load_state_dict({name.replace("_", "."): value for name, value in weights.items()}, strict=False)
    y = block(x)
    loss = (y**2).mean()
    loss.backward()
    gradients = {name: parameter.grad for name, parameter in block.named_parameters()}
    return {"loss": loss, "y": y}, {"x": x.grad, **gradients}
