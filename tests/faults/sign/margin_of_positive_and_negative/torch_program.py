def program(anchor, positive, negative, projection):
    a, p, n = anchor @ projection, positive @ projection, negative @ projection
    loss = (((a - p) ** 2).sum(1) - ((a - n) ** 2).sum(1)).mean()
    loss.backward()
    return loss, {
        "anchor": anchor.grad,
        "positive": positive.grad,
        "negative": negative.grad,
        "projection": projection.grad,
    }
