from torch.nn import functional as F


def program(tokens, table, out, out_bias):
    h = F.gelu(F.embedding(tokens[:, :-1], table))
    logits = h @ out + out_bias
    loss = F.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())
    loss.backward()
    return {"logits": logits}, {"table": table.grad, "out": out.grad, "out_bias": out_bias.grad}
