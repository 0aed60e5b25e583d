"""A loop that reads a thousand elements of an array, one at a time."""

import math

import numpy as np


def init(n=1000, seed=0):
    return np.random.default_rng(seed).uniform(0.1, 1.0, size=n)


# adls: loss(init())
def loss(x):
    total = 0.0
    for i in range(len(x)):
        total = total + x[i] * math.sin(x[i])
    return total


if __name__ == "__main__":
    print(loss(init()))
