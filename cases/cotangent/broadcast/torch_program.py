def program(x, row, column, v):
    y = x * row + column
    y.backward(v)
    return y, {"x": x.grad, "row": row.grad, "column": column.grad}
