"""Gaussian process regression: the negative log marginal likelihood of noisy measurements."""

import numpy as np

JITTER = 1e-8


def init(noise: float = 0.1) -> np.ndarray:
    """The logarithms of two length scales, of the signal's deviation and of the noise's."""
    return np.log(np.array([0.8, 1.2, 1.0, noise]))


def measurements(n: int = 200, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """A wavy landscape, measured at `n` random places with a little noise."""
    rng = np.random.default_rng(seed)
    places = rng.uniform(-2.0, 2.0, size=(n, 2))
    heights = np.sin(2.0 * places[:, 0]) * np.cos(places[:, 1]) + 0.1 * rng.normal(size=n)
    return places, heights


def rbf(a: np.ndarray, b: np.ndarray, scales: np.ndarray, deviation: float) -> np.ndarray:
    """The squared-exponential kernel between each row of `a` and each row of `b`."""
    difference = (a[:, None, :] - b[None, :, :]) / scales
    return deviation**2 * np.exp(-0.5 * np.sum(difference**2, axis=-1))


# adls: loss(init(), *measurements())
def loss(log_params: np.ndarray, places: np.ndarray, heights: np.ndarray) -> float:
    """Negative log marginal likelihood of the heights."""
    params = np.exp(log_params)
    n = len(heights)
    covariance = rbf(places, places, params[:2], params[2]) + (params[3] ** 2 + JITTER) * np.eye(n)
    factor = np.linalg.cholesky(covariance)
    weights = np.linalg.solve(factor.T, np.linalg.solve(factor, heights))
    log_determinant = 2.0 * np.sum(np.log(np.diag(factor)))
    return 0.5 * (heights @ weights + log_determinant + n * np.log(2.0 * np.pi))


def predict(log_params: np.ndarray, places: np.ndarray, heights: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The posterior mean at the wanted places."""
    params = np.exp(log_params)
    covariance = rbf(places, places, params[:2], params[2]) + params[3] ** 2 * np.eye(len(heights))
    across = rbf(wanted, places, params[:2], params[2])
    return across @ np.linalg.solve(covariance, heights)


if __name__ == "__main__":
    places, heights = measurements()
    for noise in (0.02, 0.1, 0.5):
        print(f"noise {noise:4.2f}: negative log likelihood {loss(init(noise), places, heights):9.3f}")
    new_places, new_heights = measurements(50, seed=1)
    error = predict(init(), places, heights, new_places) - new_heights
    print(f"root mean square error at 50 new places: {np.sqrt(np.mean(error**2)):.3f}")
