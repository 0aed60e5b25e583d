"""Five elementwise operations on a million numbers: memory traffic and little else."""

import numpy as np


def init(n=1_000_000, seed=0):
    return np.random.default_rng(seed).uniform(0.1, 1.0, size=n)


# adls: loss(init())
def loss(x):
    a = np.sin(x)
    b = a * x
    c = np.exp(b)
    d = c + a
    e = np.sqrt(d)
    return np.sum(e)


if __name__ == "__main__":
    print(loss(init()))
