import mindspore as ms
from mindspore import ops


def program(train, validation, mask_train, mask_validation, kernel):
    def loss_of(images, masks, weights):
        return ops.binary_cross_entropy_with_logits(
            ops.conv2d(images, weights), masks, ops.ones_like(masks), ops.ones_like(masks)
        )

    before, d_validation = ms.value_and_grad(loss_of, 2)(validation, mask_validation, kernel)
    loss, (d_images, d_train) = ms.value_and_grad(loss_of, (0, 2))(train, mask_train, kernel)
    return {"before": before, "loss": loss}, {"validation": d_validation, "train": d_train, "images": d_images}
