"""K6: a chain of elementwise operations: each residual goes after its last read."""

import numpy as np


def f(x):
    a = np.sin(x)
    b = a * x
    c = np.exp(b)
    d = c + a
    e = np.sqrt(d)
    return np.sum(e)


def arguments():
    return (np.linspace(0.1, 1.0, 5),)


# What adls says of it; `pytest tests/golden --update-golden` writes it anew.


IR = r'''
# primal
f(x: f64[x_0]) -> f64                                                                         k6_chain.py:6
  a: f64[x_0] = numpy.sin x                                                                   @7
  b: f64[x_0] = operator.mul a, x                                                             @8
  c: f64[x_0] = numpy.exp b                                                                   @9
  d: f64[x_0] = operator.add c, a                                                             @10
  e: f64[x_0] = numpy.sqrt d                                                                  @11
  t1: f64 = numpy.sum e                                                                       @12
  return t1                                                                                   @12


# forward
forward f(x: f64[x_0]) -> (f64, residuals)                                                    k6_chain.py:6
  a: f64[x_0] = numpy.sin x                                                                   @7
  b: f64[x_0] = operator.mul a, x                                                             @8
  c: f64[x_0] = numpy.exp b                                                                   @9
  d: f64[x_0] = operator.add c, a                                                             @10
  e: f64[x_0] = numpy.sqrt d                                                                  @11
  t1: f64 = numpy.sum e                                                                       @12
  t10: residuals = tuple e, c, x, a                                                           @12
  t11: residuals = tuple t1, t10                                                              @12
  return t11                                                                                  @12


# backward
backward f(residuals: residuals, d_value: f64) -> f64[x_0]                                    k6_chain.py:6
  e: f64[x_0], c: f64[x_0], x: f64[x_0], a: f64[x_0] = unpack residuals                       @6
  t2: Any = operator.mul d_value, 0.5                                                         @11
  t3: f64[x_0] = runtime.or_infinite e                                                        @11
  d_d: f64[x_0] = operator.truediv t2, t3                                                     @11
  d_b: f64[x_0] = operator.mul d_d, c                                                         @9
  t6: f64[x_0] = operator.mul d_b, x                                                          @8
  d_d: f64[x_0] = operator.iadd d_d, t6                                                       @8
  d_x: f64[x_0] = operator.mul d_b, a                                                         @8
  t8: f64[x_0] = numpy.cos x                                                                  @7
  d_d: f64[x_0] = operator.imul d_d, t8                                                       @7
  d_x: f64[x_0] = operator.iadd[owned] d_x, d_d                                               @7
  return d_x                                                                                  @6
'''

ADJOINT = r'''
import numpy as np

from adls import runtime


# f(x: f64[x_0]) -> (f64, residuals)
def f__fwd(x):
    # 7: a = np.sin(x)
    a = np.sin(x)  # f64[x_0]
    # 8: b = a * x
    b = a * x  # f64[x_0]
    # 9: c = np.exp(b)
    c = np.exp(b)  # f64[x_0]
    del b
    # 10: d = c + a
    d = c + a  # f64[x_0]
    # 11: e = np.sqrt(d)
    e = np.sqrt(d)  # f64[x_0]
    # 12: return np.sum(e)
    return np.sum(e), (e, c, x, a)


# f__back(residuals: residuals, d_value: f64) -> f64[x_0]
def f__back(residuals, d_value):
    # 6: def f(x):
    e, c, x, a = residuals  # f64[x_0], f64[x_0], f64[x_0], f64[x_0]
    del residuals
    # 11: e = np.sqrt(d)
    d_d = d_value * 0.5 / runtime.or_infinite(e)  # f64[x_0]
    del e
    # 9: c = np.exp(b)
    d_b = d_d * c  # f64[x_0]
    del c
    # 8: b = a * x
    d_d += d_b * x  # f64[x_0]
    d_x = d_b * a  # f64[x_0]
    del d_b, a
    # 7: a = np.sin(x)
    t8 = np.cos(x)  # f64[x_0]
    del x
    d_d *= t8  # f64[x_0]
    d_x += d_d  # f64[x_0]
    # 6: def f(x):
    return d_x
'''
