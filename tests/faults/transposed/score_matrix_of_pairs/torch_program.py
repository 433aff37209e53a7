from torch.nn import functional as F


def program(image, text):
    similarity = image @ text.T / 2
    similarity.retain_grad()
    rows = F.log_softmax(similarity, dim=1).diagonal().mean()
    columns = F.log_softmax(similarity, dim=0).diagonal().mean()
    loss = -(0.75 * rows + 0.25 * columns)
    loss.backward()
    return {"loss": loss}, {"similarity": similarity.grad, "image": image.grad, "text": text.grad}
