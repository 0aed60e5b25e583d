"""The Gaussian process's adjoint: that of Cholesky and the solves, not the likelihood's closed form."""

import numpy as np

from samples.gaussian_process import JITTER


def rbf__fwd(a, b, scales, deviation):
    difference = (a[:, None, :] - b[None, :, :]) / scales
    squared = difference**2
    value = deviation**2 * np.exp(-0.5 * np.sum(squared, axis=-1))
    return value, (squared, value, scales, deviation)


def rbf__back(residuals, cotangent):
    """Cotangents of the scales and of the deviation; the places are data."""
    squared, value, scales, deviation = residuals
    weighted = (cotangent * value).reshape(-1)
    d_scales = weighted @ squared.reshape(-1, squared.shape[2])
    d_scales /= scales
    return d_scales, 2.0 * weighted.sum() / deviation


def triangular_inverse(lower):
    """By halves: NumPy has no triangular solver, and a general one takes three times as long."""
    n = len(lower)
    if n <= 32:
        return np.linalg.inv(lower)
    half = n // 2
    inverse = np.zeros_like(lower)
    first = inverse[:half, :half] = triangular_inverse(lower[:half, :half])
    last = inverse[half:, half:] = triangular_inverse(lower[half:, half:])
    inverse[half:, :half] = -(last @ (lower[half:, :half] @ first))
    return inverse


def cholesky__back(factor, inverse, d_factor):
    """Phi(L' dL) between two triangular solves, symmetric because the covariance is."""
    inner = np.tril(factor.T @ d_factor)
    inner.reshape(-1)[:: len(inner) + 1] *= 0.5
    outer = inverse.T @ inner @ inverse
    outer += outer.T.copy()
    outer *= 0.5
    return outer


def loss__fwd(log_params, places, heights):
    params = np.exp(log_params)
    n = len(heights)
    kernel, kernel_residuals = rbf__fwd(places, places, params[:2], params[2])
    covariance = kernel + (params[3] ** 2 + JITTER) * np.eye(n)
    factor = np.linalg.cholesky(covariance)
    half_solved = np.linalg.solve(factor, heights)
    weights = np.linalg.solve(factor.T, half_solved)
    diagonal = np.diag(factor)
    log_determinant = 2.0 * np.sum(np.log(diagonal))
    value = 0.5 * (heights @ weights + log_determinant + n * np.log(2.0 * np.pi))
    return value, (params, heights, kernel_residuals, factor, half_solved, weights)


def loss__back(residuals, cotangent):
    params, heights, kernel_residuals, factor, half_solved, weights = residuals
    inverse = triangular_inverse(factor)
    d_half_solved = inverse @ (0.5 * cotangent * heights)
    d_factor = np.outer(weights, -d_half_solved)
    d_factor -= np.outer(inverse.T @ d_half_solved, half_solved)
    d_factor.reshape(-1)[:: len(factor) + 1] += cotangent / np.diag(factor)
    d_covariance = cholesky__back(factor, inverse, d_factor)
    d_params = np.empty(4)
    d_params[:2], d_params[2] = rbf__back(kernel_residuals, d_covariance)
    d_params[3] = 2.0 * params[3] * np.trace(d_covariance)
    d_params *= params
    return d_params
