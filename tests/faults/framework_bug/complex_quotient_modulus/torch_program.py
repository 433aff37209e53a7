def program(received, channel):
    equalised = received / channel
    loss = equalised.abs().sum()
    loss.backward()
    return {"equalised": equalised}, {"received": received.grad, "channel": channel.grad}
