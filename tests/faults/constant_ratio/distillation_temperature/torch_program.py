import torch
from torch.nn import functional as F

T = 2.5


def program(x, teacher, kernel, head):
    student = (x @ kernel).relu().mean(1) @ head.T
    soft = torch.softmax(teacher.detach() / T, 1)
    loss = -(soft * F.log_softmax(student / T, 1)).sum(1).mean() * T**2
    loss.backward()
    return {"student": student}, {"x": x.grad, "kernel": kernel.grad, "head": head.grad}
