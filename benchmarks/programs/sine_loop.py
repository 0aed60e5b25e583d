"""A thousand steps of a map on one number, with the sine of `math`."""

import math

STEPS = 1000


# adls: loss((0.5, 0.9))
def loss(params):
    x, scale = params
    for _ in range(STEPS):
        x = math.sin(x) * scale + 0.1
    return x * x


if __name__ == "__main__":
    print(loss((0.5, 0.9)))
