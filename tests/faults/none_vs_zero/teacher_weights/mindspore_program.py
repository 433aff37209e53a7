import mindspore as ms
from mindspore import ops


def distill(x, student, teacher, temperature):
    target = ops.stop_gradient(ops.softmax(ops.matmul(x, teacher.T) / temperature, -1))
    guess = ops.softmax(ops.matmul(x, student.T) / temperature, -1)
    return ((guess - target) ** 2).mean()


def program(x, student, teacher, temperature):
    loss, (dx, dstudent, dteacher) = ms.value_and_grad(distill, (0, 1, 2))(x, student, teacher, temperature)
    return {"loss": loss}, {"student": dstudent, "teacher": dteacher, "x": dx}
