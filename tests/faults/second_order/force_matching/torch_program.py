import torch


def energy(atoms, w1, w2, w3):
    return (torch.sigmoid(torch.sigmoid(atoms @ w1) @ w2) @ w3).sum()


def program(atoms, forces, w1, w2, w3):
    (gradient,) = torch.autograd.grad(energy(atoms, w1, w2, w3), atoms, create_graph=True)
    loss = ((-gradient - forces.detach()) ** 2).mean()
    loss.backward()
    return {"loss": loss, "forces": -gradient}, {"w1": w1.grad, "w2": w2.grad, "w3": w3.grad}
