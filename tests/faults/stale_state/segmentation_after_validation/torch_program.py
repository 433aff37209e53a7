from torch.nn import functional as F


def program(train, validation, mask_train, mask_validation, kernel):
    def loss_of(images, masks, weights):
        return F.binary_cross_entropy_with_logits(F.conv2d(images, weights), masks)

    sensitivity = kernel.clone().detach().requires_grad_()
    before = loss_of(validation, mask_validation, sensitivity)
    before.backward()
    loss = loss_of(train, mask_train, kernel)
    loss.backward()
    return {"before": before, "loss": loss}, {
        "validation": sensitivity.grad,
        "train": kernel.grad,
        "images": train.grad,
    }
