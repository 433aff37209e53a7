import torch


class Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, strength):
        ctx.strength = strength
        return x.view_as(x)

    @staticmethod
    def backward(ctx, dout):
        return -ctx.strength * dout, None


def program(x, feature, label_head, domain_head):
    features = torch.relu(x @ feature)
    label = features @ label_head
    domain = Reverse.apply(features, 0.3) @ domain_head
    loss = (label**2).mean() + (domain**2).mean()
    loss.backward()
    return loss, {"feature": feature.grad, "label_head": label_head.grad, "domain_head": domain_head.grad}
