import torch


def program(theta, multiplier, budget, steps):
    theta, multiplier = theta.detach(), multiplier.detach()
    for _ in range(steps):
        theta.requires_grad_()
        multiplier.requires_grad_()
        cost = theta.abs().sum(1)
        lagrangian = (torch.cos(theta).sum(1) + multiplier * (cost - budget)).sum()
        dtheta, dmultiplier = torch.autograd.grad(lagrangian, (theta, multiplier))
        dmultiplier = -dmultiplier
        yield lagrangian, {"theta": dtheta, "multiplier": dmultiplier}
        theta = (theta - 0.05 * dtheta).detach()
        multiplier = (multiplier - 0.05 * dmultiplier).detach()
