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
twice(g: fn tests.golden.cases.closures.f.<locals>.inner@13:4, x: f64[m]) -> f64[m]           closures.py:6
  t1: f64[m] = call g, x                                                                      @7
  t2: f64[m] = call g, t1                                                                     @7
  return t2                                                                                   @7


# forward
forward twice(g: fn tests.golden.cases.closures.f.<locals>.inner@13:4, x: f64[m]) -> (f64[m], residuals)  closures.py:6
  t1: f64[m], call_kept_2: residuals = forward_dynamic g, x                                   @7
  t2: f64[m], call_kept: residuals = forward_dynamic g, t1                                    @7
  t8: residuals = tuple call_kept, call_kept_2                                                @7
  t9: residuals = tuple t2, t8                                                                @7
  return t9                                                                                   @7


# backward
backward twice(residuals: residuals, d_value: f64[m]) -> (fn tests.golden.cases.closures.f.<locals>.inner@13:4, f64[m])  closures.py:6
  call_kept: residuals, call_kept_2: residuals = unpack residuals                             @6
  d_call: Any = backward_dynamic call_kept, d_value                                           @7
  d_g: fn tests.golden.cases.closures.f.<locals>.inner@13:4 = getitem d_call, 0               @7
  d_t1: f64[m] = getitem d_call, 1                                                            @7
  d_call_2: Any = backward_dynamic call_kept_2, d_t1                                          @7
  t5: fn tests.golden.cases.closures.f.<locals>.inner@13:4 = getitem d_call_2, 0              @7
  d_g_2: fn tests.golden.cases.closures.f.<locals>.inner@13:4 = runtime.add d_g, t5           @7
  d_x: f64[m] = getitem d_call_2, 1                                                           @7
  t7: Any = tuple d_g_2, d_x                                                                  @6
  return t7                                                                                   @6


# primal
twice(g: fn tests.golden.cases.closures.f.<locals>.<lambda>@16:43, x: f64) -> f64             closures.py:6
  t1: f64 = call g, x                                                                         @7
  t2: f64 = call g, t1                                                                        @7
  return t2                                                                                   @7


# forward
forward twice(g: fn tests.golden.cases.closures.f.<locals>.<lambda>@16:43, x: f64) -> (f64, residuals)  closures.py:6
  t1: f64, call_kept_2: residuals = forward_dynamic g, x                                      @7
  t2: f64, call_kept: residuals = forward_dynamic g, t1                                       @7
  t8: residuals = tuple call_kept, call_kept_2                                                @7
  t9: residuals = tuple t2, t8                                                                @7
  return t9                                                                                   @7


# backward
backward twice(residuals: residuals, d_value: f64) -> (fn tests.golden.cases.closures.f.<locals>.<lambda>@16:43, f64)  closures.py:6
  call_kept: residuals, call_kept_2: residuals = unpack residuals                             @6
  d_call: Any = backward_dynamic call_kept, d_value                                           @7
  d_g: fn tests.golden.cases.closures.f.<locals>.<lambda>@16:43 = getitem d_call, 0           @7
  d_t1: f64 = getitem d_call, 1                                                               @7
  d_call_2: Any = backward_dynamic call_kept_2, d_t1                                          @7
  t5: fn tests.golden.cases.closures.f.<locals>.<lambda>@16:43 = getitem d_call_2, 0          @7
  d_g_2: fn tests.golden.cases.closures.f.<locals>.<lambda>@16:43 = runtime.add d_g, t5       @7
  d_x: f64 = getitem d_call_2, 1                                                              @7
  t7: Any = tuple d_g_2, d_x                                                                  @6
  return t7                                                                                   @6


# primal
f(w: f64[w_0], x: f64[x_0]) -> f64                                                            closures.py:10
  scale: f64[w_0] = operator.mul w, 2.0                                                       @11
  inner: fn tests.golden.cases.closures.f.<locals>.inner@13:4 = closure[inner at 13] scale    @13
  t1: f64[x_0] = apply[tests.golden.cases.closures.twice||fn tests.golden.cases.closures.f.<locals>.inner@13:4(f64[N]),f64[N]] inner, x  @16
  t2: f64 = numpy.sum t1                                                                      @16
  t3: fn tests.golden.cases.closures.f.<locals>.<lambda>@16:43 = closure[lambda at 16] w      @16
  t4: f64 = getitem x, 1                                                                      @16
  t5: f64 = apply[tests.golden.cases.closures.twice||fn tests.golden.cases.closures.f.<locals>.<lambda>@16:43(f64[N]),f64] t3, t4  @16
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
  w_shape: shape = attr[shape] w                                                              @16
  scale: f64[w_0] = operator.mul w, 2.0                                                       @11
  scale_shape: shape = attr[shape] scale                                                      @13
  inner: fn tests.golden.cases.closures.f.<locals>.inner@13:4 = closure[inner at 13] scale    @13
  t1: f64[x_0], twice_kept_2: residuals = forward[tests.golden.cases.closures.twice||fn tests.golden.cases.closures.f.<locals>.inner@13:4(f64[N]),f64[N]|d0,1] inner, x  @16
  t1_shape: shape = attr[shape] t1                                                            @16
  t2: f64 = numpy.sum t1                                                                      @16
  t3: fn tests.golden.cases.closures.f.<locals>.<lambda>@16:43 = closure[lambda at 16] w      @16
  t4: f64 = getitem x, 1                                                                      @16
  t5: f64, twice_kept: residuals = forward[tests.golden.cases.closures.twice||fn tests.golden.cases.closures.f.<locals>.<lambda>@16:43(f64[N]),f64|d0,1] t3, t4  @16
  t6: f64 = operator.add t2, t5                                                               @16
  t12: residuals = tuple twice_kept, w_shape, twice_kept_2, t1_shape, scale_shape             @16
  t13: residuals = tuple t6, t12                                                              @16
  return t13                                                                                  @16

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
  twice_kept: residuals, w_shape: shape, twice_kept_2: residuals, t1_shape: shape, scale_shape: shape = unpack residuals  @10
  d_t3: fn tests.golden.cases.closures.f.<locals>.<lambda>@16:43, d_t4: f64 = backward[tests.golden.cases.closures.twice||fn tests.golden.cases.closures.f.<locals>.<lambda>@16:43(f64[N]),f64|d0,1] twice_kept, d_value  @16
  augitem[operator.iadd] d_x, 1, d_t4                                                         @16
  t7: Any = runtime.cell_cotangent d_t3, 0                                                    @16
  d_w: f64[w_0] = runtime.or_zeros t7, w_shape                                                @16
  d_t1: f64[x_0] = numpy.broadcast_to d_value, t1_shape                                       @16
  d_inner: fn tests.golden.cases.closures.f.<locals>.inner@13:4, d_x_2: f64[x_0] = backward[tests.golden.cases.closures.twice||fn tests.golden.cases.closures.f.<locals>.inner@13:4(f64[N]),f64[N]|d0,1] twice_kept_2, d_t1  @16
  d_x: f64[x_0] = operator.iadd d_x, d_x_2                                                    @16
  t9: Any = runtime.cell_cotangent d_inner, 0                                                 @13
  d_scale: f64[w_0] = runtime.or_zeros t9, scale_shape                                        @13
  d_w_2: f64[w_0] = operator.mul d_scale, 2.0                                                 @11
  d_w_2: f64[w_0] = operator.iadd d_w_2, d_w                                                  @11
  return d_w_2                                                                                @10
'''

ADJOINT = r'''
import numpy as np

from adls import runtime

closures = runtime.module("tests.golden.cases.closures", "{root}/tests/golden/cases/closures.py")


# twice(g: fn tests.golden.cases.closures.f.<locals>.inner@13:4, x: f64[m]) -> (f64[m], residuals)
def twice__fwd(g, x):
    # 7: return g(g(x))
    t1, call_kept_2 = runtime.forward_dynamic(g, x)  # f64[m], residuals
    t2, call_kept = runtime.forward_dynamic(g, t1)  # f64[m], residuals
    return t2, (call_kept, call_kept_2)


# twice__back(
#     residuals: residuals,
#     d_value: f64[m],
# ) -> (fn tests.golden.cases.closures.f.<locals>.inner@13:4, f64[m])
def twice__back(residuals, d_value):
    # 6: def twice(g, x):
    call_kept, call_kept_2 = residuals
    # 7: return g(g(x))
    d_call = runtime.backward_dynamic(call_kept, d_value)  # Any
    d_g = d_call[0]
    d_t1 = d_call[1]  # f64[m]
    d_call_2 = runtime.backward_dynamic(call_kept_2, d_t1)  # Any
    d_g_2 = runtime.add(d_g, d_call_2[0])
    d_x = d_call_2[1]  # f64[m]
    # 6: def twice(g, x):
    return d_g_2, d_x


# twice(g: fn tests.golden.cases.closures.f.<locals>.<lambda>@16:43, x: f64) -> (f64, residuals)
def twice_2__fwd(g, x):
    # 7: return g(g(x))
    t1, call_kept_2 = runtime.forward_dynamic(g, x)  # f64, residuals
    t2, call_kept = runtime.forward_dynamic(g, t1)  # f64, residuals
    return t2, (call_kept, call_kept_2)


# twice_2__back(
#     residuals: residuals,
#     d_value: f64,
# ) -> (fn tests.golden.cases.closures.f.<locals>.<lambda>@16:43, f64)
def twice_2__back(residuals, d_value):
    # 6: def twice(g, x):
    call_kept, call_kept_2 = residuals
    # 7: return g(g(x))
    d_call = runtime.backward_dynamic(call_kept, d_value)  # Any
    d_g = d_call[0]
    d_t1 = d_call[1]  # f64
    d_call_2 = runtime.backward_dynamic(call_kept_2, d_t1)  # Any
    d_g_2 = runtime.add(d_g, d_call_2[0])
    d_x = d_call_2[1]  # f64
    # 6: def twice(g, x):
    return d_g_2, d_x


# f(w: f64[w_0], x: f64[x_0]) -> (f64, residuals)
def f__fwd(w, x):
    # 16: return np.sum(twice(inner, x)) + twice(lambda v: v * w[0], x[1])
    w_shape = w.shape
    # 11: scale = w * 2.0
    scale = w * 2.0  # f64[w_0]
    # 13: def inner(v):
    scale_shape = scale.shape

    def inner(v):
        return np.tanh(v * scale)
    # 13: def inner(v):
    inner = runtime.closure(closures, inner)
    # 16: return np.sum(twice(inner, x)) + twice(lambda v: v * w[0], x[1])
    t1, twice_kept_2 = twice__fwd(inner, x)  # f64[x_0], residuals
    t1_shape = t1.shape
    t2 = np.sum(t1)  # f64
    t5, twice_kept = twice_2__fwd(lambda v: v * w[0], x[1])  # f64, residuals
    return t2 + t5, (twice_kept, w_shape, twice_kept_2, t1_shape, scale_shape)


# f__back(residuals: residuals, d_value: f64, d_x: f64[x_0]) -> f64[w_0]
def f__back(residuals, d_value, d_x):
    # 10: def f(w, x):
    twice_kept, w_shape, twice_kept_2, t1_shape, scale_shape = residuals
    del residuals
    # 16: return np.sum(twice(inner, x)) + twice(lambda v: v * w[0], x[1])
    d_t3, d_t4 = twice_2__back(twice_kept, d_value)  # fn tests.golden.cases.closures.f.<locals>.<lambda>@16:43, f64
    d_x[1] += d_t4
    d_w = runtime.or_zeros(runtime.cell_cotangent(d_t3, 0), w_shape)  # f64[w_0]
    d_t1 = np.broadcast_to(d_value, t1_shape)  # f64[x_0]
    d_inner, d_x_2 = twice__back(twice_kept_2, d_t1)  # fn tests.golden.cases.closures.f.<locals>.inner@13:4, f64[x_0]
    del d_t1
    d_x += d_x_2  # f64[x_0]
    del d_x_2
    # 13: def inner(v):
    d_scale = runtime.or_zeros(runtime.cell_cotangent(d_inner, 0), scale_shape)  # f64[w_0]
    # 11: scale = w * 2.0
    d_w_2 = d_scale * 2.0  # f64[w_0]
    del d_scale
    d_w_2 += d_w  # f64[w_0]
    # 10: def f(w, x):
    return d_w_2
'''
