import torch
from torch import nn


def program(x, target, weight, bias, k):
    model = nn.Linear(3, 2)
    model.load_state_dict({"weight": weight, "bias": bias})
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    batches = zip(x.split(2), target.split(2), strict=True)
    for number, (rows, targets) in enumerate(batches, start=1):
        loss = nn.functional.mse_loss(model(rows), targets) / k
        loss.backward()
        if number % k == 0:
            optimizer.step()
            yield (
                {"loss": loss, "parameters": dict(model.named_parameters())},
                {name: parameter.grad for name, parameter in model.named_parameters()},
            )
            optimizer.zero_grad()
