from torch.nn import functional as F


def program(x, target, trunk, main_head, aux_head):
    features = F.silu(x @ trunk)
    main = F.mse_loss(features @ main_head, target)
    aux = 0.4 * F.l1_loss(features @ aux_head, target)
    (main + aux).backward()
    return {"main": main, "aux": aux}, {
        "x": x.grad,
        "trunk": trunk.grad,
        "main_head": main_head.grad,
    }
