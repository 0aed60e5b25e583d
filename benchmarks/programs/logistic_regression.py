"""A logistic regression of 10,000 samples on 100 features."""

import numpy as np


def init(seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(10_000, 100))
    y = np.sign(X @ rng.normal(size=100) + 0.1 * rng.normal(size=10_000))
    return (0.1 * rng.normal(size=100), 0.1), X, y


# adls: loss(*init())
def loss(params, X, y):
    w, b = params
    margins = y * (X @ w + b)
    return np.mean(np.logaddexp(0.0, -margins)) + 0.0005 * np.sum(w * w)


if __name__ == "__main__":
    print(loss(*init()))
