import torch


def program(states, wq, keys, values):
    for _ in range(4):
        states.grad = wq.grad = None
        query = torch.sigmoid(states @ wq)
        memory = keys.detach().transpose(1, 2) @ values.detach()
        context = query @ memory + query * states
        loss = (context * torch.sigmoid(context)).sum()
        loss.backward()
        yield {"loss": loss, "context": context}, {"states": states.grad, "wq": wq.grad}
