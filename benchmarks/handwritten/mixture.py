"""The mixture's adjoint."""

import numpy as np


def logsumexp__fwd(a, axis):
    top = np.max(a, axis=axis, keepdims=True)
    exp = a - top
    np.exp(exp, out=exp)
    total = np.sum(exp, axis=axis)
    return np.squeeze(top, axis=axis) + np.log(total), (exp, total, axis)


def logsumexp__back(residuals, cotangent):
    """The weights of the softmax; what flows through the maximum cancels."""
    exp, total, axis = residuals
    return exp * np.expand_dims(cotangent / total, axis)


def log_density__fwd(x, means, log_scales):
    inverse_scales = np.exp(-log_scales)
    z = x[:, np.newaxis, :] - means
    z *= inverse_scales
    normaliser = np.sum(log_scales, axis=1) + 0.5 * x.shape[1] * np.log(2.0 * np.pi)
    squared = z**2
    value = -0.5 * np.sum(squared, axis=2)
    value -= normaliser
    return value, (z, squared, inverse_scales)


def log_density__back(residuals, cotangent):
    """Sums over the points are products of matrices, one a component; the points are data."""
    z, squared, inverse_scales = residuals
    weights = cotangent.T[:, np.newaxis, :]
    d_means = (weights @ z.transpose(1, 0, 2))[:, 0]
    d_means *= inverse_scales
    d_log_scales = (weights @ squared.transpose(1, 0, 2))[:, 0]
    d_log_scales -= cotangent.sum(axis=0)[:, np.newaxis]
    return d_means, d_log_scales


def loss__fwd(params, x):
    logits = params["logits"]
    total, weight_residuals = logsumexp__fwd(logits, axis=0)
    density, density_residuals = log_density__fwd(x, params["means"], params["log_scales"])
    density += logits - total
    value, joint_residuals = logsumexp__fwd(density, axis=1)
    return -np.mean(value), (weight_residuals, density_residuals, joint_residuals, len(value))


def loss__back(residuals, cotangent):
    weight_residuals, density_residuals, joint_residuals, n = residuals
    d_joint = logsumexp__back(joint_residuals, np.full(n, -cotangent / n))
    d_means, d_log_scales = log_density__back(density_residuals, d_joint)
    d_logits = d_joint.sum(axis=0)
    d_logits -= logsumexp__back(weight_residuals, d_logits.sum())
    return {"logits": d_logits, "means": d_means, "log_scales": d_log_scales}
