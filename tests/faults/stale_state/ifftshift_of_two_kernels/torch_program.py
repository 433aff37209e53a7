import torch


def program(small, large, image):
    for kernel in (small, large):
        image.grad = None
        rows, columns = kernel.shape
        response = torch.fft.ifftshift(kernel) * image[:rows, :columns]
        loss = (response + response**2).sum()
        loss.backward()
        yield {"loss": loss, "response": response}, {"kernel": kernel.grad, "image": image.grad}
