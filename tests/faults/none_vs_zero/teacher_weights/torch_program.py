import torch
from torch.nn import functional as F


def program(x, student, teacher, temperature):
    with torch.no_grad():
        target = torch.softmax(x @ teacher.T / temperature, -1)
    guess = torch.softmax(x @ student.T / temperature, -1)
    loss = F.mse_loss(guess, target)
    loss.backward()
    return {"loss": loss}, {"student": student.grad, "teacher": teacher.grad, "x": x.grad}
