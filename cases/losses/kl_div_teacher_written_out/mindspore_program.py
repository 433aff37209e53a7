import mindspore as ms
from mindspore import ops


def net(student, teacher):
    log_q = ops.log_softmax(student, axis=1)
    log_p = ops.log_softmax(teacher, axis=1)
    return (ops.exp(log_p) * (log_p - log_q)).sum() / student.shape[0]


def program(student, teacher):
    loss, (dstudent, dteacher) = ms.value_and_grad(net, grad_position=(0, 1))(student, teacher)
    return loss, {"student": dstudent, "teacher": dteacher}
