"""What the programs import: helpers in a module of their own."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

GAIN = 1.5
SQRT_2_OVER_PI = math.sqrt(2 / math.pi)


def relu(z):
    return z * (z > 0)


def gelu(z):
    """The usual tanh approximation."""
    return 0.5 * z * (1 + np.tanh(SQRT_2_OVER_PI * (z + 0.044715 * z**3)))


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def one_hot(labels, classes):
    return np.eye(classes)[labels]


def logsumexp(a, axis=None, keepdims=False):
    top = np.max(a, axis=axis, keepdims=True)
    out = np.log(np.sum(np.exp(a - top), axis=axis, keepdims=True)) + top
    if not keepdims:
        out = np.squeeze(out, axis=axis)
    return out


def softmax(x, axis=-1):
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def scaled(f, by=GAIN):
    """A decorator."""
    def inner(*args, **kwargs):
        return by * f(*args, **kwargs)

    return inner


def axpy_into(out, a, x):
    """Adds a * x to `out`, in place, and gives nothing back."""
    out += a * x


class Pair(NamedTuple):
    left: np.ndarray
    right: np.ndarray

    def dot(self):
        return np.sum(self.left * self.right)


def in_chunks(values, size):
    for start in range(0, len(values), size):
        yield sigmoid(values[start : start + size])


class Layered:
    """Something to be walked over."""

    def __init__(self, weights):
        self.weights = weights

    def layers(self):
        for position in range(len(self.weights) - 1):
            yield self.weights[position : position + 2] * GAIN

    def __iter__(self):
        for weight in self.weights:
            yield weight * weight
