"""Gravity between many bodies, integrated by leapfrog: which start leads to the observed end?"""

import numpy as np

SOFTENING = 0.1
STEP = 0.01


def init(bodies=100, seed=0):
    """A cloud of positions and velocities."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(bodies, 3)), 0.3 * rng.normal(size=(bodies, 3))


def observation(bodies=100, seed=1):
    """The bodies' masses and where each one was seen at the end."""
    rng = np.random.default_rng(seed)
    return rng.uniform(0.5, 1.5, size=bodies) / bodies, rng.normal(size=(bodies, 3))


def acceleration(x, mass):
    """The pull of all bodies on each; softened, so that a close encounter stays finite."""
    separation = x[None, :, :] - x[:, None, :]
    squared = np.sum(separation**2, axis=2) + SOFTENING**2
    strength = mass / (squared * np.sqrt(squared))
    return np.sum(strength[:, :, None] * separation, axis=1)


def leapfrog(x, v, mass, steps):
    """Kick, drift, kick: a symplectic integrator of second order."""
    a = acceleration(x, mass)
    for _ in range(steps):
        v = v + 0.5 * STEP * a
        x = x + STEP * v
        a = acceleration(x, mass)
        v = v + 0.5 * STEP * a
    return x, v


# adls: loss(init(), *observation())
def loss(state, mass, seen, steps=10):
    """Mean squared distance between where the bodies end and where they were seen."""
    x, v = state
    x, _ = leapfrog(x, v, mass, steps)
    return np.mean(np.sum((x - seen) ** 2, axis=1))


def energy(x, v, mass):
    """Kinetic plus potential energy, which the integrator nearly conserves."""
    separation = x[None, :, :] - x[:, None, :]
    distance = np.sqrt(np.sum(separation**2, axis=2) + SOFTENING**2)
    potential = -np.sum(np.triu(np.outer(mass, mass) / distance, k=1))
    return 0.5 * np.sum(mass[:, None] * v**2) + potential


if __name__ == "__main__":
    x, v = init()
    mass, seen = observation()
    print(f"mean squared distance after 10 steps: {loss((x, v), mass, seen):.4f}")
    before, after = energy(x, v, mass), energy(*leapfrog(x, v, mass, 1000), mass)
    print(f"energy {before:.6f} before, {after:.6f} after 1000 steps")
