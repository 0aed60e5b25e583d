"""A recording as a real run gives it: a small network in two files, with a loop over two hidden layers."""

from __future__ import annotations

from hashlib import sha256

from adls.profile.recording import Evaluation, Kept, Node, Recording, Unit

PROGRAM = "work/digits.py"
LAYERS = "work/layers.py"

SOURCES = {
    PROGRAM: '''\
"""Reads handwritten digits."""

import numpy as np
from layers import dense, log_softmax


def predict(params, images):
    x = images
    for hidden in params["hidden"]:
        x = np.tanh(dense(x, hidden["W"], hidden["b"]))
    output = params["output"]
    return log_softmax(dense(x, output["W"], output["b"]))


# adls: loss(init(0), *batch())
def loss(params, images, labels):
    """Mean cross entropy of the predicted digits."""
    log_probabilities = predict(params, images)
    picked = log_probabilities[np.arange(len(labels)), labels]
    return -np.mean(picked)


def accuracy(params, images, labels):
    return np.mean(np.argmax(predict(params, images), axis=1) == labels)
''',
    LAYERS: """\
import numpy as np


def dense(x, W, b):
    return x @ W + b


def log_softmax(z):
    shifted = z - z.max(axis=1, keepdims=True)
    total = np.sum(np.exp(shifted), axis=1, keepdims=True)
    return shifted - np.log(total)
""",
}

PREDICT_LISTING = '''\
"""Adjoint of predict, with respect to params."""

import numpy as np

from adls.runtime import unbroadcast


def predict__forward(params, images):
    # 8: x = images
    x = images                                              # f64[256, 64]
    # 9: for hidden in params["hidden"]:
    kept = []
    for hidden in params["hidden"]:
        # 10: x = np.tanh(dense(x, hidden["W"], hidden["b"]))
        z, dense_kept = dense__forward(x, hidden["W"], hidden["b"])
        x = np.tanh(z)                                      # f64[256, 128]
        kept.append((dense_kept, x))
    # 11: output = params["output"]
    output = params["output"]
    # 12: return log_softmax(dense(x, output["W"], output["b"]))
    z, last_kept = dense__forward(x, output["W"], output["b"])
    value, softmax_kept = log_softmax__forward(z)           # f64[256, 10]
    return value, (kept, last_kept, softmax_kept)


def predict__back(residuals, d_value):
    kept, last_kept, softmax_kept = residuals
    # 12: return log_softmax(dense(x, output["W"], output["b"]))
    (d_z,) = log_softmax__back(softmax_kept, d_value)
    d_x, d_W, d_b = dense__back(last_kept, d_z)             # f64[256, 64], f64[64, 10], f64[10]
    d_output = {"W": d_W, "b": d_b}
    d_hidden = []
    # 9: for hidden in params["hidden"]:
    for dense_kept, x in reversed(kept):
        # 10: x = np.tanh(dense(x, hidden["W"], hidden["b"]))
        d_z = d_x * (1.0 - x * x)
        d_x, d_W, d_b = dense__back(dense_kept, d_z)
        d_hidden.append({"W": d_W, "b": d_b})
    return ({"hidden": d_hidden[::-1], "output": d_output},)
'''

LOSS_LISTING = """\
def loss__forward(params, images, labels):
    # 18: log_probabilities = predict(params, images)
    log_probabilities, predict_kept = predict__forward(params, images)
    # 19: picked = log_probabilities[np.arange(len(labels)), labels]
    index = (np.arange(len(labels)), labels)
    picked = log_probabilities[index]                       # f64[256]
    # 20: return -np.mean(picked)
    return -np.mean(picked), (predict_kept, index, log_probabilities.shape)


def loss__back(residuals, d_value):
    predict_kept, index, shape = residuals
    # 20: return -np.mean(picked)
    d_picked = np.full(256, -d_value / 256)
    # 19: picked = log_probabilities[np.arange(len(labels)), labels]
    d_log_probabilities = np.zeros(shape)
    np.add.at(d_log_probabilities, index, d_picked)
    # 18: log_probabilities = predict(params, images)
    return predict__back(predict_kept, d_log_probabilities)
"""

DENSE_LISTING = """\
def dense__forward(x, W, b):
    # 5: return x @ W + b
    return x @ W + b, (x, W)


def dense__back(residuals, d_value):
    x, W = residuals
    # 5: return x @ W + b
    return d_value @ W.T, x.T @ d_value, d_value.sum(axis=0)
"""


def _unit(
    name: str, file: str, first_line: int, lines: tuple[int, ...], signature: str, listing: str
) -> Unit:
    digest = sha256(name.encode()).hexdigest()
    return Unit(digest[:16], name, name, file, signature, digest, first_line, lines, listing)


LOSS = _unit(
    "loss", PROGRAM, 16, (18, 19, 20), "(params: dict, images: f64[n, n], labels: i64[n])", LOSS_LISTING
)
PREDICT = _unit(
    "predict", PROGRAM, 7, (8, 9, 10, 11, 12), "(params: dict, images: f64[n, n])", PREDICT_LISTING
)
DENSE = _unit("dense", LAYERS, 4, (5,), "(x: f64[n, n], W: f64[n, n], b: f64[n])", DENSE_LISTING)
SOFTMAX = _unit(
    "log_softmax", LAYERS, 8, (9, 10, 11), "(z: f64[n, n])", "def log_softmax__forward(z):\n    ...\n"
)


def _evaluation(slower: float, *, complete: bool = True) -> Evaluation:
    def ns(*microseconds: float) -> tuple[int, ...]:
        return tuple(round(us * 1000 * slower) for us in microseconds)

    nodes = (
        Node(LOSS.key, "forward", -1, 0, 1, ns(702.4, 6.1, 8.25), (1, 1, 1)),
        Node(PREDICT.key, "forward", 0, 18, 1, ns(0.11, 0.42, 562.3, 0.13, 138.2), (1, 1, 2, 1, 1)),
        Node(DENSE.key, "forward", 1, 10, 2, ns(352.7), (2,)),
        Node(DENSE.key, "forward", 1, 12, 1, ns(60.8), (1,)),
        Node(SOFTMAX.key, "forward", 1, 12, 1, ns(11.2, 39.4, 16.1), (1, 1, 1)),
        Node(LOSS.key, "backward", -1, 0, 1, ns(1210.5, 31.2, 2.3), (1, 1, 1)),
        Node(PREDICT.key, "backward", 5, 18, 1, ns(0, 0.8, 1011.7, 0.2, 190.3), (0, 2, 2, 1, 1)),
        Node(DENSE.key, "backward", 6, 10, 2, ns(811.9), (2,)),
        Node(DENSE.key, "backward", 6, 12, 1, ns(151.4), (1,)),
        Node(SOFTMAX.key, "backward", 6, 12, 1, ns(9.3, 18.8, 4.9), (1, 1, 1)),
    )
    kept = (
        Kept(
            1,
            10,
            262144 + 131072,
            False,
            "x: f64[256, 128]",
            "tanh's formula `d * (1 - x * x)` reads its result",
            2,
        ),
        Kept(2, 5, 0, True, "x: f64[256, 64]", "`d @ W.T` and `x.T @ d` read both factors of `@`", 2),
        Kept(2, 5, 0, True, "W: f64[64, 128]", "`d @ W.T` and `x.T @ d` read both factors of `@`", 2),
        Kept(3, 5, 0, True, "W: f64[64, 10]", "`d @ W.T` and `x.T @ d` read both factors of `@`"),
        Kept(4, 10, 20480, False, "exp(shifted): f64[256, 10]", "exp's formula `d * y` reads its result"),
        Kept(4, 11, 2048, False, "total: f64[256, 1]", "log's formula `d / x` reads its argument"),
        Kept(
            0,
            19,
            2048,
            False,
            "np.arange(len(labels)): i64[256]",
            "the index of a read is the index of its scatter",
        ),
        Kept(0, 19, 0, True, "labels: i64[256]", "the index of a read is the index of its scatter"),
    )
    forward = sum(nodes[0].ns) + 1900
    return Evaluation(LOSS.key, (0,), forward, sum(nodes[5].ns) + 2600, nodes, kept, complete)


def digits(*, complete: bool = True) -> Recording:
    """Five gradients of `loss`; with `complete=False` none of them finished, and the run was interrupted."""
    return Recording(
        command="loss(init(0), *batch())",
        units=(LOSS, PREDICT, DENSE, SOFTMAX),
        evaluations=tuple(_evaluation(s, complete=complete) for s in (1.9, 1.0, 1.02, 0.98, 1.1)),
        files={path: sha256(text.encode()).hexdigest() for path, text in SOURCES.items()},
        versions={"adls": "0.1.0", "python": "3.12.7", "numpy": "2.4.0"},
        outcome="finished" if complete else "interrupted",
        message="" if complete else "Interrupted by Ctrl-C after 5 evaluations.",
    )
