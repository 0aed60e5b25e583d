"""A heated plate that also radiates: an explicit finite-difference solver that updates the plate in place."""

import numpy as np

DIFFUSION = 0.2  # Below 1/4, where the explicit scheme turns unstable.
RADIATION = 0.02


def init(size=64, seed=0):
    """A plate of temperature one with a warm, slightly uneven spot."""
    rng = np.random.default_rng(seed)
    row, column = np.mgrid[0:size, 0:size] / (size - 1.0)
    spot = np.exp(-20.0 * ((row - 0.4) ** 2 + (column - 0.6) ** 2))
    return 1.0 + spot + 0.05 * rng.normal(size=(size, size))


def experiment(size=64, seed=1):
    """A heater along one edge, and the temperatures that were measured at the end."""
    rng = np.random.default_rng(seed)
    heater = np.zeros((size, size))
    heater[size // 4, size // 4 : -size // 4] = 0.05
    return heater, 1.0 + 0.1 * rng.normal(size=(size, size))


def laplacian(u):
    return u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:] - 4.0 * u[1:-1, 1:-1]


def insulate(u):
    """No heat flows through an edge: its temperature is its neighbour's."""
    u[0, :] = u[1, :]
    u[-1, :] = u[-2, :]
    u[:, 0] = u[:, 1]
    u[:, -1] = u[:, -2]


def step(u, heater):
    """Advances the plate by one time step, in place."""
    inside = u[1:-1, 1:-1]
    inside += DIFFUSION * laplacian(u) - RADIATION * inside**4 + heater[1:-1, 1:-1]
    insulate(u)


# adls: loss(init(), *experiment())
def loss(initial, heater, measured, steps=50):
    """Mean squared difference between the plate at the end and what was measured."""
    u = initial.copy()
    for _ in range(steps):
        step(u, heater)
    return np.mean((u - measured) ** 2)


if __name__ == "__main__":
    plate = init()
    heater, measured = experiment()
    print(f"mean squared difference after 50 steps: {loss(plate, heater, measured):.4f}")
    for steps in (50, 200, 800):
        for _ in range(steps):
            step(plate, heater)
        print(f"{steps:3d} steps later: mean {np.mean(plate):.3f}, hottest {np.max(plate):.3f}")
