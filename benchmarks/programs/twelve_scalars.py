"""Twelve operations on two numbers: the interpreter and nothing else."""

import math


# adls: loss((0.7, 1.3))
def loss(params):
    x, y = params
    a = x * y
    b = math.sin(a)
    c = b + x
    d = c * c
    e = math.exp(-d)
    f = e * y
    g = f + b
    h = math.sqrt(g)
    i = h * a
    j = math.log(i)
    return j * c


if __name__ == "__main__":
    print(loss((0.7, 1.3)))
