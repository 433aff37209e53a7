import torch


def critic(x, w1, w2):
    return torch.nn.functional.softplus(x @ w1) @ w2


def program(real, w1, w2):
    w1, w2 = (torch.nn.Parameter(w.detach().clone()) for w in (w1, w2))
    optimizer = torch.optim.SGD([w1, w2], lr=0.1, momentum=0.5)
    for _ in range(3):
        optimizer.zero_grad()
        score = critic(real, w1, w2)
        (gradient,) = torch.autograd.grad(score.sum(), real, create_graph=True)
        loss = (score**2).mean() + 2 * (gradient**2).sum(1).mean()
        loss.backward()
        yield loss, {"w1": w1.grad.clone(), "w2": w2.grad.clone()}
        optimizer.step()
