"""A mixture of Gaussians with diagonal covariances: how likely is the data?"""

import numpy as np


def data(n=1000, dimensions=4, clusters=10, seed=0):
    """Points around random centres."""
    rng = np.random.default_rng(seed)
    centres = 3.0 * rng.normal(size=(clusters, dimensions))
    return (centres[rng.integers(0, clusters, n)] + 0.5 * rng.normal(size=(n, dimensions)),)


def init(components=10, seed=1):
    """Equal weights, random means, unit scales; logits and logarithms keep every value admissible."""
    rng = np.random.default_rng(seed)
    means = 2.0 * rng.normal(size=(components, 4))
    return {"logits": np.zeros(components), "means": means, "log_scales": np.zeros((components, 4))}


def logsumexp(a, axis):
    top = np.max(a, axis=axis, keepdims=True)
    return np.squeeze(top, axis=axis) + np.log(np.sum(np.exp(a - top), axis=axis))


def log_density(x, means, log_scales):
    """The log density of each point (row) under each component (column)."""
    z = (x[:, np.newaxis, :] - means) * np.exp(-log_scales)
    normaliser = np.sum(log_scales, axis=1) + 0.5 * x.shape[1] * np.log(2.0 * np.pi)
    return -0.5 * np.sum(z**2, axis=2) - normaliser


# adls: loss(init(), *data())
def loss(params, x):
    """Negative log likelihood of a point, on average."""
    log_weights = params["logits"] - logsumexp(params["logits"], axis=0)
    joint = log_weights + log_density(x, params["means"], params["log_scales"])
    return -np.mean(logsumexp(joint, axis=1))


def maximise(params, x):
    """One step of expectation-maximisation, the classical way to fit a mixture."""
    joint = params["logits"] + log_density(x, params["means"], params["log_scales"])
    share = np.exp(joint - logsumexp(joint, axis=1)[:, np.newaxis])
    total = share.sum(axis=0)
    means = share.T @ x / total[:, np.newaxis]
    squared = (x[:, np.newaxis, :] - means) ** 2
    variances = np.einsum("nk,nkd->kd", share, squared) / total[:, np.newaxis] + 1e-6
    return {"logits": np.log(total / len(x)), "means": means, "log_scales": 0.5 * np.log(variances)}


if __name__ == "__main__":
    (x,) = data()
    params = init()
    for iteration in range(31):
        if iteration % 10 == 0:
            print(f"iteration {iteration:2d}: negative log likelihood {loss(params, x):.4f}")
        params = maximise(params, x)
