"""Lambdas and nested functions that capture variables, called here and handed on."""

import numpy as np


def twice(g, x):
    return g(g(x))


def f(w, x):
    scale = w * 2.0

    def inner(v):
        return np.tanh(v * scale)

    return np.sum(twice(inner, x)) + twice(lambda v: v * w[0], x[1])


ARGNUMS = (0, 1)


def arguments():
    return np.array([0.5, -1.5, 0.8]), np.array([0.3, 0.9, -0.4])


# What adls says of it; `pytest tests/golden --update-golden` writes it anew.


IR = r'''
# primal
f.<locals>.inner(v: f64[m]) -> f64[m]                                                         closures.py:13
  cells scale: f64[n]
  t1: f64[m] = operator.mul v, scale                                                          @14
  t2: f64[m] = numpy.tanh t1                                                                  @14
  return t2                                                                                   @14


# forward
forward f.<locals>.inner(v: f64[m]) -> (f64[m], residuals)                                    closures.py:13
  cells scale: f64[n]
  t1: f64[m] = operator.mul v, scale                                                          @14
  t2: f64[m] = numpy.tanh t1                                                                  @14
  t9: residuals = tuple t2, scale, v                                                          @14
  t10: residuals = tuple t2, t9                                                               @14
  return t10                                                                                  @14


# backward
backward f.<locals>.inner(residuals: residuals, d_value: f64[m]) -> (f64[n], f64[m])          closures.py:13
  t2: f64[m], scale: f64[n], v: f64[m] = unpack residuals                                     @13
  t3: f64[m] = operator.mul t2, t2                                                            @14
  d_t1: f64[m] = operator.sub 1.0, t3                                                         @14
  d_t1: f64[m] = operator.imul d_t1, d_value                                                  @14
  d_v: f64[m] = operator.mul d_t1, scale                                                      @14
  d_t1: f64[m] = operator.imul d_t1, v                                                        @14
  t8: Any = tuple d_t1, d_v                                                                   @13
  return t8                                                                                   @13


# primal
twice(g: fn tests.golden.cases.closures.f.<locals>.inner@13:4, x: f64[k]) -> f64[k]           closures.py:6
  cells g_scale: f64[n]
  t1: f64[k] = apply[tests.golden.cases.closures.f.<locals>.inner@13:4|f64[N]|f64[N]] g_scale, x  @7
  t2: f64[k] = apply[tests.golden.cases.closures.f.<locals>.inner@13:4|f64[N]|f64[N]] g_scale, t1  @7
  return t2                                                                                   @7


# forward
forward twice(g: fn tests.golden.cases.closures.f.<locals>.inner@13:4, x: f64[k]) -> (f64[k], residuals)  closures.py:6
  cells g_scale: f64[n]
  t1: f64[k], inner_kept_2: residuals = forward[tests.golden.cases.closures.f.<locals>.inner@13:4|f64[N]|f64[N]|d0,1] g_scale, x  @7
  t2: f64[k], inner_kept: residuals = forward[tests.golden.cases.closures.f.<locals>.inner@13:4|f64[N]|f64[N]|d0,1] g_scale, t1  @7
  t4: residuals = tuple inner_kept, inner_kept_2                                              @7
  t5: residuals = tuple t2, t4                                                                @7
  return t5                                                                                   @7


# backward
backward twice(residuals: residuals, d_value: f64[k]) -> (f64[n], f64[k])                     closures.py:6
  inner_kept: residuals, inner_kept_2: residuals = unpack residuals                           @6
  d_g_scale: f64[n], d_t1: f64[k] = backward[tests.golden.cases.closures.f.<locals>.inner@13:4|f64[N]|f64[N]|d0,1] inner_kept, d_value  @7
  d_g_scale_2: f64[n], d_x: f64[k] = backward[tests.golden.cases.closures.f.<locals>.inner@13:4|f64[N]|f64[N]|d0,1] inner_kept_2, d_t1  @7
  d_g_scale_3: f64[n] = operator.add d_g_scale, d_g_scale_2                                   @7
  t3: Any = tuple d_g_scale_3, d_x                                                            @6
  return t3                                                                                   @6


# primal
f.<locals>.<lambda>(v: f64) -> f64                                                            closures.py:16
  cells w: f64[n]
  t1: f64 = getitem w, 0                                                                      @16
  t2: f64 = operator.mul v, t1                                                                @16
  return t2                                                                                   @16


# forward
forward f.<locals>.<lambda>(v: f64) -> (f64, residuals)                                       closures.py:16
  cells w: f64[n]
  t1: f64 = getitem w, 0                                                                      @16
  t2: f64 = operator.mul v, t1                                                                @16
  t5: residuals = tuple t1, v                                                                 @16
  t6: residuals = tuple t2, t5                                                                @16
  return t6                                                                                   @16


# backward
backward f.<locals>.<lambda>(residuals: residuals, d_value: f64, d_w: f64[n]) -> f64          closures.py:16
  t1: f64, v: f64 = unpack residuals                                                          @16
  d_v: f64 = operator.mul d_value, t1                                                         @16
  d_t1: f64 = operator.mul d_value, v                                                         @16
  augitem[operator.iadd] d_w, 0, d_t1                                                         @16
  return d_v                                                                                  @16


# primal
twice(g: fn tests.golden.cases.closures.f.<locals>.<lambda>@16:43, x: f64) -> f64             closures.py:6
  cells g_w: f64[n]
  t1: f64 = apply[tests.golden.cases.closures.f.<locals>.<lambda>@16:43|f64[N]|f64] g_w, x    @7
  t2: f64 = apply[tests.golden.cases.closures.f.<locals>.<lambda>@16:43|f64[N]|f64] g_w, t1   @7
  return t2                                                                                   @7


# forward
forward twice(g: fn tests.golden.cases.closures.f.<locals>.<lambda>@16:43, x: f64) -> (f64, residuals)  closures.py:6
  cells g_w: f64[n]
  g_w_shape: shape = attr[shape] g_w                                                          @7
  t1: f64, function_kept_2: residuals = forward[tests.golden.cases.closures.f.<locals>.<lambda>@16:43|f64[N]|f64|d0,1] g_w, x  @7
  t2: f64, function_kept: residuals = forward[tests.golden.cases.closures.f.<locals>.<lambda>@16:43|f64[N]|f64|d0,1] g_w, t1  @7
  t5: residuals = tuple function_kept, g_w_shape, function_kept_2                             @7
  t6: residuals = tuple t2, t5                                                                @7
  return t6                                                                                   @7


# backward
backward twice(residuals: residuals, d_value: f64) -> (f64[n], f64)                           closures.py:6
  function_kept: residuals, g_w_shape: shape, function_kept_2: residuals = unpack residuals   @6
  d_g_w: f64[n] = numpy.zeros g_w_shape                                                       @7
  d_t1: f64 = backward[tests.golden.cases.closures.f.<locals>.<lambda>@16:43|f64[N]|f64|d0,1] function_kept, d_value, d_g_w  @7
  d_x: f64 = backward[tests.golden.cases.closures.f.<locals>.<lambda>@16:43|f64[N]|f64|d0,1] function_kept_2, d_t1, d_g_w  @7
  t4: Any = tuple d_g_w, d_x                                                                  @6
  return t4                                                                                   @6


# primal
f(w: f64[w_0], x: f64[x_0]) -> f64                                                            closures.py:10
  scale: f64[w_0] = operator.mul w, 2.0                                                       @11
  inner: fn tests.golden.cases.closures.f.<locals>.inner@13:4 = closure[inner at 13] scale    @13
  t1: f64[x_0] = apply[tests.golden.cases.closures.twice@with g=g_scale|f64[N]|fn tests.golden.cases.closures.f.<locals>.inner@13:4(f64[N]),f64[N]] scale, inner, x  @16
  t2: f64 = numpy.sum t1                                                                      @16
  t3: fn tests.golden.cases.closures.f.<locals>.<lambda>@16:43 = closure[lambda at 16] w      @16
  t4: f64 = getitem x, 1                                                                      @16
  t5: f64 = apply[tests.golden.cases.closures.twice@with g=g_w|f64[N]|fn tests.golden.cases.closures.f.<locals>.<lambda>@16:43(f64[N]),f64] w, t3, t4  @16
  t6: f64 = operator.add t2, t5                                                               @16
  return t6                                                                                   @16

  f.<locals>.inner(v) -> Any                                                                  closures.py:13
    cells scale
    t1 = operator.mul v, scale                                                                @14
    t2 = call @numpy.tanh, t1                                                                 @14
    return t2                                                                                 @14

  f.<locals>.<lambda>(v) -> Any                                                               closures.py:16
    cells w
    t1 = getitem w, 0                                                                         @16
    t2 = operator.mul v, t1                                                                   @16
    return t2                                                                                 @16


# forward
forward f(w: f64[w_0], x: f64[x_0]) -> (f64, residuals)                                       closures.py:10
  scale: f64[w_0] = operator.mul w, 2.0                                                       @11
  inner: fn tests.golden.cases.closures.f.<locals>.inner@13:4 = closure[inner at 13] scale    @13
  t1: f64[x_0], twice_kept_2: residuals = forward[tests.golden.cases.closures.twice@with g=g_scale|f64[N]|fn tests.golden.cases.closures.f.<locals>.inner@13:4(f64[N]),f64[N]|d0,1,2] scale, inner, x  @16
  t1_shape: shape = attr[shape] t1                                                            @16
  t2: f64 = numpy.sum t1                                                                      @16
  t3: fn tests.golden.cases.closures.f.<locals>.<lambda>@16:43 = closure[lambda at 16] w      @16
  t4: f64 = getitem x, 1                                                                      @16
  t5: f64, twice_kept: residuals = forward[tests.golden.cases.closures.twice@with g=g_w|f64[N]|fn tests.golden.cases.closures.f.<locals>.<lambda>@16:43(f64[N]),f64|d0,1,2] w, t3, t4  @16
  t6: f64 = operator.add t2, t5                                                               @16
  t8: residuals = tuple twice_kept, twice_kept_2, t1_shape                                    @16
  t9: residuals = tuple t6, t8                                                                @16
  return t9                                                                                   @16

  f.<locals>.inner(v) -> Any                                                                  closures.py:13
    cells scale
    t1 = operator.mul v, scale                                                                @14
    t2 = call @numpy.tanh, t1                                                                 @14
    return t2                                                                                 @14

  f.<locals>.<lambda>(v) -> Any                                                               closures.py:16
    cells w
    t1 = getitem w, 0                                                                         @16
    t2 = operator.mul v, t1                                                                   @16
    return t2                                                                                 @16


# backward
backward f(residuals: residuals, d_value: f64, d_x: f64[x_0]) -> f64[w_0]                     closures.py:10
  twice_kept: residuals, twice_kept_2: residuals, t1_shape: shape = unpack residuals          @10
  d_w: f64[w_0], d_t4: f64 = backward[tests.golden.cases.closures.twice@with g=g_w|f64[N]|fn tests.golden.cases.closures.f.<locals>.<lambda>@16:43(f64[N]),f64|d0,1,2] twice_kept, d_value  @16
  augitem[operator.iadd] d_x, 1, d_t4                                                         @16
  d_t1: f64[x_0] = numpy.broadcast_to d_value, t1_shape                                       @16
  d_scale: f64[w_0], d_x_2: f64[x_0] = backward[tests.golden.cases.closures.twice@with g=g_scale|f64[N]|fn tests.golden.cases.closures.f.<locals>.inner@13:4(f64[N]),f64[N]|d0,1,2] twice_kept_2, d_t1  @16
  d_x: f64[x_0] = operator.iadd[owned] d_x, d_x_2                                             @16
  d_w_2: f64[w_0] = operator.mul d_scale, 2.0                                                 @11
  d_w_2: f64[w_0] = operator.iadd d_w_2, d_w                                                  @11
  return d_w_2                                                                                @10
'''

ADJOINT = r'''
import numpy as np

from adls import runtime

closures = runtime.module("tests.golden.cases.closures", "{root}/tests/golden/cases/closures.py")


# inner(scale: f64[n], v: f64[m]) -> (f64[m], residuals)
def inner__fwd(scale, v):
    # 14: return np.tanh(v * scale)
    t2 = np.tanh(v * scale)  # f64[m]
    return t2, (t2, scale, v)


# inner__back(residuals: residuals, d_value: f64[m]) -> (f64[n], f64[m])
def inner__back(residuals, d_value):
    # 13: def inner(v):
    t2, scale, v = residuals  # f64[m], f64[n], f64[m]
    # 14: return np.tanh(v * scale)
    d_t1 = 1.0 - t2 * t2  # f64[m]
    d_t1 *= d_value  # f64[m]
    d_v = d_t1 * scale  # f64[m]
    d_t1 *= v  # f64[m]
    # 13: def inner(v):
    return d_t1, d_v


# twice(
#     g_scale: f64[n],
#     g: fn tests.golden.cases.closures.f.<locals>.inner@13:4,
#     x: f64[k],
# ) -> (f64[k], residuals)
def twice__fwd(g_scale, g, x):
    # 7: return g(g(x))
    t1, inner_kept_2 = inner__fwd(g_scale, x)  # f64[k], residuals
    t2, inner_kept = inner__fwd(g_scale, t1)  # f64[k], residuals
    return t2, (inner_kept, inner_kept_2)


# twice__back(residuals: residuals, d_value: f64[k]) -> (f64[n], f64[k])
def twice__back(residuals, d_value):
    # 6: def twice(g, x):
    inner_kept, inner_kept_2 = residuals
    # 7: return g(g(x))
    d_g_scale, d_t1 = inner__back(inner_kept, d_value)  # f64[n], f64[k]
    d_g_scale_2, d_x = inner__back(inner_kept_2, d_t1)  # f64[n], f64[k]
    d_g_scale_3 = d_g_scale + d_g_scale_2  # f64[n]
    # 6: def twice(g, x):
    return d_g_scale_3, d_x


# <lambda>(w: f64[n], v: f64) -> (f64, residuals)
def lambda___fwd(w, v):
    # 16: return np.sum(twice(inner, x)) + twice(lambda v: v * w[0], x[1])
    t1 = w[0]  # f64
    return v * t1, (t1, v)


# lambda___back(residuals: residuals, d_value: f64, d_w: f64[n]) -> f64
def lambda___back(residuals, d_value, d_w):
    # 16: return np.sum(twice(inner, x)) + twice(lambda v: v * w[0], x[1])
    t1, v = residuals  # f64, f64
    d_v = d_value * t1  # f64
    d_t1 = d_value * v  # f64
    d_w[0] += d_t1
    return d_v


# twice(
#     g_w: f64[n],
#     g: fn tests.golden.cases.closures.f.<locals>.<lambda>@16:43,
#     x: f64,
# ) -> (f64, residuals)
def twice_2__fwd(g_w, g, x):
    # 7: return g(g(x))
    g_w_shape = g_w.shape
    t1, function_kept_2 = lambda___fwd(g_w, x)  # f64, residuals
    t2, function_kept = lambda___fwd(g_w, t1)  # f64, residuals
    return t2, (function_kept, g_w_shape, function_kept_2)


# twice_2__back(residuals: residuals, d_value: f64) -> (f64[n], f64)
def twice_2__back(residuals, d_value):
    # 6: def twice(g, x):
    function_kept, g_w_shape, function_kept_2 = residuals
    # 7: return g(g(x))
    d_g_w = np.zeros(g_w_shape)  # f64[n]
    d_t1 = lambda___back(function_kept, d_value, d_g_w)  # f64
    d_x = lambda___back(function_kept_2, d_t1, d_g_w)  # f64
    # 6: def twice(g, x):
    return d_g_w, d_x


# f(w: f64[w_0], x: f64[x_0]) -> (f64, residuals)
def f__fwd(w, x):
    # 11: scale = w * 2.0
    scale = w * 2.0  # f64[w_0]
    # 13: def inner(v):

    def inner(v):
        return np.tanh(v * scale)
    # 13: def inner(v):
    inner = runtime.closure(closures, inner)
    # 16: return np.sum(twice(inner, x)) + twice(lambda v: v * w[0], x[1])
    t1, twice_kept_2 = twice__fwd(scale, inner, x)  # f64[x_0], residuals
    t1_shape = t1.shape
    t2 = np.sum(t1)  # f64
    t5, twice_kept = twice_2__fwd(w, lambda v: v * w[0], x[1])  # f64, residuals
    return t2 + t5, (twice_kept, twice_kept_2, t1_shape)


# f__back(residuals: residuals, d_value: f64, d_x: f64[x_0]) -> f64[w_0]
def f__back(residuals, d_value, d_x):
    # 10: def f(w, x):
    twice_kept, twice_kept_2, t1_shape = residuals
    del residuals
    # 16: return np.sum(twice(inner, x)) + twice(lambda v: v * w[0], x[1])
    d_w, d_t4 = twice_2__back(twice_kept, d_value)  # f64[w_0], f64
    d_x[1] += d_t4
    d_t1 = np.broadcast_to(d_value, t1_shape)  # f64[x_0]
    d_scale, d_x_2 = twice__back(twice_kept_2, d_t1)  # f64[w_0], f64[x_0]
    del d_t1
    d_x += d_x_2  # f64[x_0]
    del d_x_2
    # 11: scale = w * 2.0
    d_w_2 = d_scale * 2.0  # f64[w_0]
    del d_scale
    d_w_2 += d_w  # f64[w_0]
    # 10: def f(w, x):
    return d_w_2
'''
