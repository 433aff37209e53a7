import torch


def program(x, teacher, student):
    with torch.no_grad():
        target = torch.sin(x @ teacher)
    loss = ((torch.sin(x @ student) - target) ** 2).mean()
    loss.backward()
    return {"loss": loss, "target": target}, {"x": x.grad, "student": student.grad}
