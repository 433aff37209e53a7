import mindspore as ms
from mindspore import ops


def net(student, teacher):
    return ops.kl_div(ops.log_softmax(student, axis=1), ops.softmax(teacher, axis=1), reduction="batchmean")


def program(student, teacher):
    loss, (dstudent, dteacher) = ms.value_and_grad(net, grad_position=(0, 1))(student, teacher)
    return loss, {"student": dstudent, "teacher": dteacher}
