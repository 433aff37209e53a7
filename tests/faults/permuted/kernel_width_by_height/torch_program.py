import torch
from torch import nn


def program(images, kernel):
    conv = nn.Conv2d(2, 4, 3, bias=False)
    conv.load_state_dict({"weight": kernel})
    optimizer = torch.optim.SGD(conv.parameters(), lr=0.1, momentum=0.9)
    for batch in images:
        optimizer.zero_grad()
        loss = conv(batch).abs().mean()
        loss.backward()
        optimizer.step()
        yield {"loss": loss}, {"kernel": conv.weight.grad.clone()}
