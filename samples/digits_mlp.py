"""A multilayer perceptron that reads handwritten digits: the 1,797 8x8 scans of the UCI test set."""

from functools import cache
from pathlib import Path

import numpy as np

DIGITS = Path(__file__).with_name("data") / "digits.csv.gz"
SIZES = (64, 128, 64, 10)
TRAINING = 1500  # The scans after these are kept for testing.


@cache
def load_digits():
    """All scans as rows of 64 grey values between 0 and 1, and the digit that each one shows."""
    table = np.loadtxt(DIGITS, delimiter=",")
    return table[:, :-1] / 16.0, table[:, -1].astype(int)


def init(seed):
    """Weights drawn so that each layer keeps its input's variance; biases of zero."""
    rng = np.random.default_rng(seed)
    layers = []
    for inputs, outputs in zip(SIZES[:-1], SIZES[1:], strict=True):
        scale = np.sqrt(1.0 / inputs)
        layers.append({"W": scale * rng.normal(size=(inputs, outputs)), "b": np.zeros(outputs)})
    return {"hidden": layers[:-1], "output": layers[-1]}


def batch(size=256, seed=0):
    images, labels = load_digits()
    chosen = np.random.default_rng(seed).choice(TRAINING, size, replace=False)
    return images[chosen], labels[chosen]


def layer(x, W, b):
    return x @ W + b


def log_softmax(z):
    shifted = z - z.max(axis=1, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))


def predict(params, images):
    x = images
    for hidden in params["hidden"]:
        x = np.tanh(layer(x, hidden["W"], hidden["b"]))
    output = params["output"]
    return log_softmax(layer(x, output["W"], output["b"]))


# adls: loss(init(0), *batch())
def loss(params, images, labels):
    """Mean cross entropy between the predicted digits and the true ones."""
    log_probabilities = predict(params, images)
    return -np.mean(log_probabilities[np.arange(len(labels)), labels])


def accuracy(params, images, labels):
    return np.mean(np.argmax(predict(params, images), axis=1) == labels)


def descend(layer_params, layer_grad, rate):
    return {name: layer_params[name] - rate * layer_grad[name] for name in layer_params}


def train(steps, rate=0.5, progress=None):
    """Plain stochastic gradient descent; `progress(step, value)` is called after each step."""
    import adls

    value_and_grad = adls.value_and_grad(loss)
    params = init(0)
    for step in range(steps):
        value, grad = value_and_grad(params, *batch(seed=step))
        params = {
            "hidden": [
                descend(p, g, rate) for p, g in zip(params["hidden"], grad["hidden"], strict=True)
            ],
            "output": descend(params["output"], grad["output"], rate),
        }
        if progress is not None:
            progress(step, value)
    return params


def report(step, value):
    if step % 20 == 0:
        print(f"step {step:3d}  loss {value:.4f}")


if __name__ == "__main__":
    images, labels = load_digits()
    held_out = images[TRAINING:], labels[TRAINING:]
    print(f"accuracy on {len(held_out[1])} unseen scans before training: {accuracy(init(0), *held_out):.1%}")
    print(f"after training: {accuracy(train(200, progress=report), *held_out):.1%}")
