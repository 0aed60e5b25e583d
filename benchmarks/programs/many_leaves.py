"""Next to no work on parameters of any number: what is left is the cost of the call itself."""

import numpy as np


def init(leaves):
    return [np.ones(2) for _ in range(leaves)]


def loss(params):
    return np.sum(params[0])
