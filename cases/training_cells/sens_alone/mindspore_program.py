from mindspore import nn


def program(x, target, weight):
    model = nn.Dense(3, 2, weight_init=weight, has_bias=False)
    optimizer = nn.SGD(model.trainable_params(), learning_rate=0.1)
    net_with_loss = nn.WithLossCell(model, nn.MSELoss())
    train = nn.TrainOneStepCell(net_with_loss, optimizer, sens=1024.0, return_grad=True)
    loss, gradients = train(x, target)
    return {"loss": loss, "weight": model.weight}, {"scaled": gradients["weight"]}
