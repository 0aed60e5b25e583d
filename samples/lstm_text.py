"""A character model: an LSTM that predicts each next letter of Lincoln's Gettysburg Address."""

from pathlib import Path

import numpy as np

TEXT = Path(__file__).with_name("data") / "gettysburg.txt"
HIDDEN = 64


def load_text():
    """The text as indices into its own alphabet, and that alphabet."""
    text = TEXT.read_text(encoding="utf-8")
    alphabet = sorted(set(text))
    position = {letter: i for i, letter in enumerate(alphabet)}
    return np.array([position[letter] for letter in text]), alphabet


def init(seed):
    rng = np.random.default_rng(seed)
    letters = len(load_text()[1])

    def matrix(rows, columns):
        return rng.normal(size=(rows, columns)) / np.sqrt(rows)

    bias = np.zeros(4 * HIDDEN)
    bias[HIDDEN : 2 * HIDDEN] = 1.0  # A new cell should remember: its forget gate starts out open.
    return {
        "embedding": matrix(letters, HIDDEN),
        "Wx": matrix(HIDDEN, 4 * HIDDEN),
        "Wh": matrix(HIDDEN, 4 * HIDDEN),
        "b": bias,
        "Wy": matrix(HIDDEN, letters),
        "by": np.zeros(letters),
    }


def batch(size=16, length=40, seed=0):
    """Excerpts as columns, one letter longer than `length`, so that every letter has a next one."""
    letters, _ = load_text()
    starts = np.random.default_rng(seed).integers(0, len(letters) - length, size)
    return (letters[starts[None, :] + np.arange(length + 1)[:, None]],)


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def cell(params, x, h, c):
    """One step of the LSTM: the new hidden state and the new memory."""
    n = h.shape[1]
    gates = x @ params["Wx"] + h @ params["Wh"] + params["b"]
    take = sigmoid(gates[:, :n])
    keep = sigmoid(gates[:, n : 2 * n])
    show = sigmoid(gates[:, 2 * n : 3 * n])
    c = keep * c + take * np.tanh(gates[:, 3 * n :])
    return show * np.tanh(c), c


def cross_entropy(logits, letters):
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_total = np.log(np.exp(shifted).sum(axis=1))
    return np.mean(log_total - shifted[np.arange(len(letters)), letters])


# adls: loss(init(0), *batch())
def loss(params, text):
    """Mean cross entropy in nats a letter; `text` has one row for each time step."""
    h = np.zeros((text.shape[1], params["Wh"].shape[0]))
    c = np.zeros_like(h)
    states = []
    for letters in text[:-1]:
        h, c = cell(params, params["embedding"][letters], h, c)
        states.append(h)
    logits = np.concatenate(states) @ params["Wy"] + params["by"]
    return cross_entropy(logits, text[1:].reshape(-1))


if __name__ == "__main__":
    (excerpts,) = batch()
    letters, alphabet = load_text()
    print(f"{len(letters)} letters from an alphabet of {len(alphabet)}")
    print(f"untrained loss {loss(init(0), excerpts):.4f} nats a letter, uniform guess {np.log(len(alphabet)):.4f}")
