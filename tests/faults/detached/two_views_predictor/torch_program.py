from torch.nn import functional as F


def negative_cosine(p, z):
    return -F.cosine_similarity(p, z.detach(), dim=1).mean()


def program(a, b, encoder, predictor):
    za, zb = a @ encoder.T, b @ encoder.T
    pa, pb = za @ predictor.T, zb @ predictor.T
    loss = (negative_cosine(pa, zb) + negative_cosine(pb, za)) / 2
    loss.backward()
    return loss, {"encoder": encoder.grad, "predictor": predictor.grad}
