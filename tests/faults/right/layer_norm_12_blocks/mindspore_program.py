import mindspore as ms
from mindspore import nn, ops


def program(x, w, gamma, beta):
    norm = nn.LayerNorm((8,), epsilon=1e-5, gamma_init=gamma, beta_init=beta)

    def net(x, w):
        h = x
        for i in range(12):
            h = h + ops.relu(ops.matmul(norm(h), w[i]))
        return (h**2).sum()

    loss, ((dx, dw), (dgamma, dbeta)) = ms.value_and_grad(net, (0, 1), [norm.gamma, norm.beta])(x, w)
    return loss, {"x": dx, "w": dw, "gamma": dgamma, "beta": dbeta}
