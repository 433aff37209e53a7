from gated.port import step


def program(x, weight, gate):
    for _ in range(3):
        loss, gradients = step(x, weight, gate)
        yield loss, gradients
        weight, gate = (each - 0.1 * gradients[name] for name, each in (("weight", weight), ("gate", gate)))
