import mindspore as ms


def net(x, row, column):
    return x * row + column


def program(x, row, column, v):
    y, pull_back = ms.vjp(net, x, row, column)
    dx, drow, dcolumn = pull_back(v)
    return y, {"x": dx, "row": drow, "column": dcolumn}
