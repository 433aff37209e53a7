import mindspore as ms
from mindspore import ops


def contrast(similarity):
    diagonal = (similarity * ops.eye(4, 4, similarity.dtype)).sum() / 4
    rows = diagonal - ops.logsumexp(similarity, 0).mean()
    columns = diagonal - ops.logsumexp(similarity, 1).mean()
    return -(0.75 * rows + 0.25 * columns)


def program(image, text):
    similarity = ops.matmul(text, image.T) / 2
    loss, dsimilarity = ms.value_and_grad(contrast)(similarity)

    def end_to_end(image, text):
        return contrast(ops.matmul(text, image.T) / 2)

    dimage, dtext = ms.grad(end_to_end, (0, 1))(image, text)
    return {"loss": loss}, {"similarity": dsimilarity, "image": dimage, "text": dtext}
