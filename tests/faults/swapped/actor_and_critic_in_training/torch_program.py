import torch


def program(states, returns, actor, critic, lr):
    actor, critic = actor.detach(), critic.detach()
    for state, target in zip(states.detach(), returns.detach(), strict=False):
        actor, critic = actor.requires_grad_(), critic.requires_grad_()
        policy_loss = -(torch.log_softmax(state @ actor, 1) * target).sum(1).mean()
        value_loss = (state @ critic - target).square().mean()
        dactor, dcritic = torch.autograd.grad(policy_loss + value_loss, (actor, critic))
        yield {"policy": policy_loss, "value": value_loss}, {"actor": dactor, "critic": dcritic}
        actor, critic = (actor - lr * dactor).detach(), (critic - lr * dcritic).detach()
