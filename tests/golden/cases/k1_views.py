"""K1: `reshape` is a view of a C-ordered array and a copy of a transposed one; the array is written meanwhile."""

import numpy as np


def f(x):
    y = x * 1.
    v = y.reshape(-1)
    b = y
    v += 1.
    y[0] = v[-1] ** 2
    return (b * x).sum()


def arguments():
    return (np.arange(1.0, 7.0).reshape(3, 2).T / 4.0,)


# What adls says of it; `pytest tests/golden --update-golden` writes it anew.


IR = r'''
# primal
f(x: f64[x_0, x_1]) -> f64                                                                    k1_views.py:6
  y: f64[x_0, x_1] = operator.mul x, 1.0                                                      @7
  v: f64[x_0*x_1] = ndarray.reshape y, -1                                                     @8
  b: f64[x_0, x_1] = copy y                                                                   @9
  v: f64[x_0*x_1] = operator.iadd v, 1.0                                                      @10
  t1: f64 = getitem v, -1                                                                     @11
  t2: f64 = operator.pow t1, 2                                                                @11
  setitem y, 0, t2                                                                            @11
  t3: f64[x_0, x_1] = operator.mul b, x                                                       @12
  t4: f64 = ndarray.sum t3                                                                    @12
  return t4                                                                                   @12


# forward
forward f(x: f64[x_0, x_1]) -> (f64, residuals)                                               k1_views.py:6
  y: f64[x_0, x_1] = operator.mul x, 1.0                                                      @7
  y_layout: layout = runtime.layout y                                                         @7
  y_shape: shape = attr[shape] y                                                              @8
  v: f64[x_0*x_1] = ndarray.reshape y, -1                                                     @8
  v_is_view: bool = runtime.shares_memory v, y                                                @8
  b: f64[x_0, x_1] = copy y                                                                   @9
  v: f64[x_0*x_1] = operator.iadd v, 1.0                                                      @10
  t1: f64 = getitem v, -1                                                                     @11
  t2: f64 = operator.pow t1, 2                                                                @11
  setitem y, 0, t2                                                                            @11
  t3: f64[x_0, x_1] = operator.mul b, x                                                       @12
  t3_shape: shape = attr[shape] t3                                                            @12
  t4: f64 = ndarray.sum t3                                                                    @12
  t18: residuals = tuple y_layout, v_is_view, t3_shape, x, b, t1, y_shape                     @12
  t19: residuals = tuple t4, t18                                                              @12
  return t19                                                                                  @12


# backward
backward f(residuals: residuals, d_value: f64) -> f64[x_0, x_1]                               k1_views.py:6
  y_layout: layout, v_is_view: bool, t3_shape: shape, x: f64[x_0, x_1], b: f64[x_0, x_1], t1: f64, y_shape: shape = unpack residuals  @6
  d_y: f64[x_0, x_1] = runtime.shadow y_layout                                                @7
  t6: Any = ndarray.reshape d_y, -1                                                           @8
  d_v: f64[x_0*x_1] = runtime.shadow_view t6, v_is_view                                       @8
  d_t3: f64[x_0, x_1] = numpy.broadcast_to d_value, t3_shape                                  @12
  t8: f64[x_0, x_1] = operator.mul d_t3, x                                                    @12
  d_y: f64[x_0, x_1] = operator.iadd d_y, t8                                                  @12
  d_x: f64[x_0, x_1] = operator.mul d_t3, b                                                   @12
  t10: Any = getitem d_y, 0                                                                   @11
  d_written: Any = ndarray.copy t10                                                           @11
  setitem d_y, 0, 0.0                                                                         @11
  d_t2: f64 = numpy.sum d_written                                                             @11
  t13: Any = operator.mul 2.0, d_t2                                                           @11
  d_t1: f64 = operator.mul t13, t1                                                            @11
  augitem[operator.iadd] d_v, -1, d_t1                                                        @11
  t16: bool = operator.not_ v_is_view                                                         @8
  if t16:                                                                                     @8
    t15: Any = ndarray.reshape d_v, y_shape                                                   @8
    d_y: f64[x_0, x_1] = operator.iadd d_y, t15                                               @8
  t17: f64[x_0, x_1] = operator.mul d_y, 1.0                                                  @7
  d_x: f64[x_0, x_1] = operator.iadd[owned] d_x, t17                                          @7
  return d_x                                                                                  @6
'''

ADJOINT = r'''
import numpy as np

from adls import runtime


# f(x: f64[x_0, x_1]) -> (f64, residuals)
def f__fwd(x):
    # 7: y = x * 1.
    y = x * 1.0  # f64[x_0, x_1]
    y_layout = runtime.layout(y)
    # 8: v = y.reshape(-1)
    y_shape = y.shape
    v = y.reshape(-1)  # f64[x_0*x_1]
    v_is_view = runtime.shares_memory(v, y)
    # 9: b = y
    b = y  # f64[x_0, x_1]
    # 10: v += 1.
    v += 1.0  # f64[x_0*x_1]
    # 11: y[0] = v[-1] ** 2
    t1 = v[-1]  # f64
    del v
    y[0] = t1**2
    del y
    # 12: return (b * x).sum()
    t3 = b * x  # f64[x_0, x_1]
    t3_shape = t3.shape
    return t3.sum(), (y_layout, v_is_view, t3_shape, x, b, t1, y_shape)


# f__back(residuals: residuals, d_value: f64) -> f64[x_0, x_1]
def f__back(residuals, d_value):
    # 6: def f(x):
    y_layout, v_is_view, t3_shape, x, b, t1, y_shape = residuals  # layout, bool, shape, f64[x_0, x_1], f64[x_0, x_1], f64, shape
    del residuals
    # 7: y = x * 1.
    d_y = runtime.shadow(y_layout)  # f64[x_0, x_1]
    # 8: v = y.reshape(-1)
    d_v = runtime.shadow_view(d_y.reshape(-1), v_is_view)  # f64[x_0*x_1]
    # 12: return (b * x).sum()
    d_t3 = np.broadcast_to(d_value, t3_shape)  # f64[x_0, x_1]
    t8 = d_t3 * x  # f64[x_0, x_1]
    del x
    d_y += t8  # f64[x_0, x_1]
    d_x = d_t3 * b  # f64[x_0, x_1]
    del d_t3, b
    # 11: y[0] = v[-1] ** 2
    d_written = d_y[0].copy()  # Any
    d_y[0] = 0.0
    d_t2 = np.sum(d_written)  # f64
    del d_written
    d_t1 = 2.0 * d_t2 * t1  # f64
    d_v[-1] += d_t1
    # 8: v = y.reshape(-1)
    if not v_is_view:
        d_y += d_v.reshape(y_shape)  # f64[x_0, x_1]
    del d_v
    # 7: y = x * 1.
    t17 = d_y * 1.0  # f64[x_0, x_1]
    del d_y
    d_x += t17  # f64[x_0, x_1]
    # 6: def f(x):
    return d_x
'''
