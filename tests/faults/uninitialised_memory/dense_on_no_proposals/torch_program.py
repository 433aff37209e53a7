from torch import nn


def program(proposals, weight, bias):
    head = nn.Linear(6, 4)
    head.load_state_dict({"weight": weight, "bias": bias})
    for batch in (proposals, proposals[:0]):
        head.zero_grad()
        boxes = head(batch)
        (boxes.abs() * 0.5).sum().backward()
        yield {"boxes": boxes}, {name: p.grad.clone() for name, p in head.named_parameters()}
