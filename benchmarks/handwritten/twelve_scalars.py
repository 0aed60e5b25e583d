"""The adjoint of the twelve operations."""

import math


def loss__fwd(params):
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
    return j * c, (x, y, a, c, e, h, i, j)


def loss__back(residuals, cotangent):
    x, y, a, c, e, h, i, j = residuals
    di = cotangent * c / i
    dg = di * a * 0.5 / h
    dc = cotangent * j - 2.0 * dg * y * e * c
    da = di * h + (dg + dc) * math.cos(a)
    return da * y + dc, da * x + dg * e
