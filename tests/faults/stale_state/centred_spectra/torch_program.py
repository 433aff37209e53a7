import torch


def energy(signal, window):
    return (torch.fft.fftshift(signal.cos()) * window).pow(2).sum()


def program(short, long, window_short, window_long):
    for signal, window in ((short, window_short), (long, window_long)):
        loss = energy(signal, window)
        loss.backward()
        yield loss, {"signal": signal.grad, "window": window.grad}
