from mindspore import nn


def program(x, target, weight, bias):
    model = nn.Dense(3, 2, weight_init=weight, bias_init=bias)
    optimizer = nn.Momentum(model.trainable_params(), learning_rate=0.1, momentum=0.9)
    train = nn.TrainOneStepCell(nn.WithLossCell(model, nn.MSELoss()), optimizer, return_grad=True)
    for _ in range(3):
        loss, gradients = train(x, target)
        yield {"loss": loss, "parameters": model.parameters_dict()}, gradients
