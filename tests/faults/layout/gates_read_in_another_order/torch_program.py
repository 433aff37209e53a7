from torch import nn


def program(x, h, c, weight_ih, weight_hh):
    cell = nn.LSTMCell(3, 2, bias=False)
    cell.load_state_dict({"weight_ih": weight_ih, "weight_hh": weight_hh})
    h1, c1 = cell(x, (h, c))
    loss = h1.square().mean()
    loss.backward()
    return {"h": h1, "c": c1}, {"weight_ih": cell.weight_ih.grad, "weight_hh": cell.weight_hh.grad, "c": c.grad}
