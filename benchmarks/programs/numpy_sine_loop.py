"""A thousand steps of a map on one number, with the sine of NumPy, which gives NumPy's numbers."""

import numpy as np

STEPS = 1000


# adls: loss((0.5, 0.9))
def loss(params):
    x, scale = params
    for _ in range(STEPS):
        x = np.sin(x) * scale + 0.1
    return x * x


if __name__ == "__main__":
    print(loss((0.5, 0.9)))
