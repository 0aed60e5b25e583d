"""Programs that several tests open: two files, two example calls, a helper and one that has nothing to do with it."""

MODEL = """\
import numpy as np

SCALE = 2.0


def layer(w, x):
    return np.tanh(SCALE * (x @ w))


def unrelated(x):
    return (x * x).sum()
"""
LOSS = """\
import numpy as np
from model import layer, unrelated


# adls: loss(np.ones((20, 20)), np.ones((30, 20)))
def loss(w, x):
    h = layer(w, x)
    for _ in range(3):
        h = layer(w, h)
    return (h * h).sum()


# adls: other(np.ones(1000))
def other(x):
    return unrelated(np.sin(x))
"""
