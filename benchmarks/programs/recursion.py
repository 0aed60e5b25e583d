"""A function that calls itself twice, 1,023 calls in all."""

import math

DEPTH = 9


def tree(x, depth):
    if depth == 0:
        return math.sin(x)
    left = tree(0.9 * x + 0.1, depth - 1)
    right = tree(0.8 * x, depth - 1)
    return left * right + x


# adls: loss(0.7)
def loss(x):
    return tree(x, DEPTH)


if __name__ == "__main__":
    print(loss(0.7))
