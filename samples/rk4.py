"""Hares and lynxes: Lotka-Volterra's equations by Runge-Kutta, compared with the pelts counted at Hudson Bay."""

import math

import numpy as np

# Thousands of pelts of hare and lynx in each year from 1900 to 1920.
PELTS = [
    (30.0, 4.0), (47.2, 6.1), (70.2, 9.8), (77.4, 35.2), (36.3, 59.4), (20.6, 41.7), (18.1, 19.0),
    (21.4, 13.0), (22.0, 8.3), (25.4, 9.1), (27.1, 7.4), (40.3, 8.0), (57.0, 12.3), (76.6, 19.5),
    (52.3, 45.7), (19.5, 51.1), (11.2, 29.7), (7.6, 15.8), (14.6, 9.7), (16.2, 10.1), (24.7, 8.6),
]  # fmt: skip
STEPS_A_YEAR = 50

Pair = tuple[float, float]
Rates = tuple[float, float, float, float]


def init() -> tuple[Pair, Rates]:
    """Hares and lynxes in 1900; the rates of birth, of being caught, of death, and of growth by being fed."""
    return (34.0, 6.0), (0.55, 0.028, 0.80, 0.024)


def growth(hares: float, lynxes: float, rates: Rates) -> Pair:
    birth, caught, death, fed = rates
    return birth * hares - caught * hares * lynxes, fed * hares * lynxes - death * lynxes


def rk4_step(hares: float, lynxes: float, rates: Rates, h: float) -> Pair:
    """The two populations one step of `h` years later."""
    h1, l1 = growth(hares, lynxes, rates)
    h2, l2 = growth(hares + 0.5 * h * h1, lynxes + 0.5 * h * l1, rates)
    h3, l3 = growth(hares + 0.5 * h * h2, lynxes + 0.5 * h * l2, rates)
    h4, l4 = growth(hares + h * h3, lynxes + h * l3, rates)
    hares = hares + h / 6.0 * (h1 + 2.0 * h2 + 2.0 * h3 + h4)
    lynxes = lynxes + h / 6.0 * (l1 + 2.0 * l2 + 2.0 * l3 + l4)
    return hares, lynxes


# adls: loss(init(), PELTS)
def loss(params: tuple[Pair, Rates], pelts: list[Pair]) -> float:
    """Sum of squared differences between the logarithms of predicted and counted pelts."""
    (hares, lynxes), rates = params
    total = 0.0
    for hare_pelts, lynx_pelts in pelts:
        total += (math.log(hares) - math.log(hare_pelts)) ** 2
        total += (math.log(lynxes) - math.log(lynx_pelts)) ** 2
        for _ in range(STEPS_A_YEAR):
            hares, lynxes = rk4_step(hares, lynxes, rates, 1.0 / STEPS_A_YEAR)
    return total


def init_array() -> tuple[np.ndarray, np.ndarray]:
    start, rates = init()
    return np.array(start), np.array(rates)


def growth_array(z: np.ndarray, rates: np.ndarray) -> np.ndarray:
    """The same equations for a vector of both populations."""
    meetings = z[0] * z[1]
    return np.array([rates[0] * z[0] - rates[1] * meetings, rates[3] * meetings - rates[2] * z[1]])


def rk4_step_array(z: np.ndarray, rates: np.ndarray, h: float) -> np.ndarray:
    k1 = growth_array(z, rates)
    k2 = growth_array(z + 0.5 * h * k1, rates)
    k3 = growth_array(z + 0.5 * h * k2, rates)
    k4 = growth_array(z + h * k3, rates)
    return z + h / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)


# adls: loss_array(init_array(), np.array(PELTS))
def loss_array(params: tuple[np.ndarray, np.ndarray], pelts: np.ndarray) -> float:
    """What `loss` computes, with the populations as one vector."""
    z, rates = params
    total = 0.0
    for counted in pelts:
        total += np.sum((np.log(z) - np.log(counted)) ** 2)
        for _ in range(STEPS_A_YEAR):
            z = rk4_step_array(z, rates, 1.0 / STEPS_A_YEAR)
    return total


if __name__ == "__main__":
    print(f"sum of squared log differences: {loss(init(), PELTS):.4f}")
    (hares, lynxes), rates = init()
    for year in range(1900, 1921):
        if year % 5 == 0:
            print(f"{year}: {hares:5.1f} thousand hares, {lynxes:5.1f} thousand lynxes")
        for _ in range(STEPS_A_YEAR):
            hares, lynxes = rk4_step(hares, lynxes, rates, 1.0 / STEPS_A_YEAR)
