"""`if`, `elif`, `else`, and conditional expressions: only the branch that ran has cotangents."""

import numpy as np


def f(x, y):
    if x > 2.0:
        z = y * x
    elif x > 0.0:
        z = np.sin(y)
        x = x * z[0]
    else:
        z = y
    w = z if z.sum() > 100.0 else z * z
    if x < 100.0:
        w = w * x
    return np.sum(w)


ARGNUMS = (0, 1)


def arguments():
    return 1.3, np.array([0.5, -1.5, 0.8])


# What adls says of it; `pytest tests/golden --update-golden` writes it anew.


IR = r'''
# primal
f(x: f64, y: f64[y_0]) -> f64                                                                 branches.py:6
  t1: bool = operator.gt x, 2.0                                                               @7
  if t1:                                                                                      @7
    z: f64[y_0] = operator.mul y, x                                                           @8
  else:
    t2: bool = operator.gt x, 0.0                                                             @9
    if t2:                                                                                    @9
      z: f64[y_0] = numpy.sin y                                                               @10
      t3: f64 = getitem z, 0                                                                  @11
      x: f64 = operator.mul x, t3                                                             @11
    else:
      z: f64[y_0] = copy y                                                                    @13
  t4: f64 = ndarray.sum z                                                                     @14
  t5: bool = operator.gt t4, 100.0                                                            @14
  if t5:                                                                                      @14
    w: f64[y_0] = copy z                                                                      @14
  else:
    w: f64[y_0] = operator.mul z, z                                                           @14
  t6: bool = operator.lt x, 100.0                                                             @15
  if t6:                                                                                      @15
    w: f64[y_0] = operator.mul w, x                                                           @16
  t7: f64 = numpy.sum w                                                                       @17
  return t7                                                                                   @17


# forward
forward f(x: f64, y: f64[y_0]) -> (f64, residuals)                                            branches.py:6
  w_shape: shape = copy None                                                                  @6
  w_kept: f64[y_0] = copy None                                                                @6
  z: f64[y_0] = copy None                                                                     @6
  x_kept: f64 = copy None                                                                     @6
  t3: f64 = copy None                                                                         @6
  x_kept_2: f64 = copy None                                                                   @6
  t2: bool = copy None                                                                        @6
  t1: bool = operator.gt x, 2.0                                                               @7
  if t1:                                                                                      @7
    x_kept: f64 = copy x                                                                      @8
    z: f64[y_0] = operator.mul y, x                                                           @8
  else:
    t2: bool = operator.gt x, 0.0                                                             @9
    if t2:                                                                                    @9
      z: f64[y_0] = numpy.sin y                                                               @10
      t3: f64 = getitem z, 0                                                                  @11
      x_kept_2: f64 = copy x                                                                  @11
      x: f64 = operator.mul x, t3                                                             @11
    else:
      z: f64[y_0] = copy y                                                                    @13
  t4: f64 = ndarray.sum z                                                                     @14
  t5: bool = operator.gt t4, 100.0                                                            @14
  if t5:                                                                                      @14
    w: f64[y_0] = copy z                                                                      @14
    w_shape: shape = attr[shape] w                                                            @16
  else:
    w: f64[y_0] = operator.mul z, z                                                           @14
    w_shape: shape = attr[shape] w                                                            @16
  t6: bool = operator.lt x, 100.0                                                             @15
  if t6:                                                                                      @15
    w_kept: f64[y_0] = copy w                                                                 @16
    w: f64[y_0] = operator.mul w, x                                                           @16
    w_shape: shape = attr[shape] w                                                            @16
  t7: f64 = numpy.sum w                                                                       @17
  t25: residuals = tuple w_shape, x, w_kept, t6, z, t5, x_kept, y, t3, x_kept_2, t2, t1       @17
  t26: residuals = tuple t7, t25                                                              @17
  return t26                                                                                  @17


# backward
backward f(residuals: residuals, d_value: f64) -> (f64, f64[y_0])                             branches.py:6
  w_shape: shape, x: f64, w_kept: f64[y_0], t6: bool, z: f64[y_0], t5: bool, x_kept: f64, y: f64[y_0], t3: f64, x_kept_2: f64, t2: bool, t1: bool = unpack residuals  @6
  if t6:                                                                                      @15
    d_w: f64[y_0] = numpy.broadcast_to d_value, w_shape                                       @16
    d_w_2: f64[y_0] = operator.mul d_w, x                                                     @16
    t22: Any = numpy.sum w_kept                                                               @16
    d_x: f64 = operator.mul t22, d_value                                                      @16
    d_w_3: f64[y_0] = copy d_w_2                                                              @15
    d_x_2: f64 = copy d_x                                                                     @15
  else:
    d_w_4: f64[y_0] = numpy.broadcast_to d_value, w_shape                                     @15
    d_w_3: f64[y_0] = copy d_w_4                                                              @15
    d_x_2: f64 = copy 0.0                                                                     @15
  if t5:                                                                                      @14
    d_z_2: f64[y_0] = copy d_w_3                                                              @14
  else:
    d_z: f64[y_0] = operator.mul d_w_3, z                                                     @14
    t12: f64[y_0] = operator.mul d_w_3, z                                                     @14
    d_z: f64[y_0] = operator.iadd[owned] d_z, t12                                             @14
    d_z_2: f64[y_0] = copy d_z                                                                @14
  if t1:                                                                                      @7
    d_y: f64[y_0] = operator.mul d_z_2, x_kept                                                @8
    t15: Any = runtime.sum_product d_z_2, y                                                   @8
    d_x_2: f64 = operator.iadd[owned] d_x_2, t15                                              @8
    d_x_5: f64 = copy d_x_2                                                                   @9
    d_y_4: f64[y_0] = copy d_y                                                                @9
  else:
    if t2:                                                                                    @9
      d_x_3: f64 = operator.mul d_x_2, t3                                                     @11
      d_t3: f64 = operator.mul d_x_2, x_kept_2                                                @11
      d_z_3: f64[y_0] = numpy.array d_z_2                                                     @11
      augitem[operator.iadd] d_z_3, 0, d_t3                                                   @11
      d_y_2: f64[y_0] = numpy.cos y                                                           @10
      d_y_2: f64[y_0] = operator.imul d_y_2, d_z_3                                            @10
      d_x_4: f64 = copy d_x_3                                                                 @13
      d_y_3: f64[y_0] = copy d_y_2                                                            @13
    else:
      d_x_4: f64 = copy d_x_2                                                                 @13
      d_y_3: f64[y_0] = copy d_z_2                                                            @13
    d_x_5: f64 = copy d_x_4                                                                   @9
    d_y_4: f64[y_0] = copy d_y_3                                                              @9
  t21: Any = tuple d_x_5, d_y_4                                                               @6
  return t21                                                                                  @6
'''

ADJOINT = r'''
import numpy as np

from adls import runtime


# f(x: f64, y: f64[y_0]) -> (f64, residuals)
def f__fwd(x, y):
    # 6: def f(x, y):
    w_shape = None
    w_kept = None
    z = None
    x_kept = None
    t3 = None
    x_kept_2 = None
    t2 = None
    # 7: if x > 2.0:
    t1 = x > 2.0
    if t1:
        # 8: z = y * x
        x_kept = x  # f64
        z = y * x  # f64[y_0]
    else:
        # 9: elif x > 0.0:
        t2 = x > 0.0
        if t2:
            # 10: z = np.sin(y)
            z = np.sin(y)  # f64[y_0]
            # 11: x = x * z[0]
            t3 = z[0]  # f64
            x_kept_2 = x  # f64
            x = x * t3  # f64
        else:
            # 13: z = y
            z = y  # f64[y_0]
    # 14: w = z if z.sum() > 100.0 else z * z
    t5 = z.sum() > 100.0  # bool
    if t5:
        w = z  # f64[y_0]
        # 16: w = w * x
        w_shape = w.shape
    else:
        # 14: w = z if z.sum() > 100.0 else z * z
        w = z * z  # f64[y_0]
        # 16: w = w * x
        w_shape = w.shape
    # 15: if x < 100.0:
    t6 = x < 100.0  # bool
    if t6:
        # 16: w = w * x
        w_kept = w  # f64[y_0]
        w = w * x  # f64[y_0]
        w_shape = w.shape
    # 17: return np.sum(w)
    return np.sum(w), (w_shape, x, w_kept, t6, z, t5, x_kept, y, t3, x_kept_2, t2, t1)


# f__back(residuals: residuals, d_value: f64) -> (f64, f64[y_0])
def f__back(residuals, d_value):
    # 6: def f(x, y):
    w_shape, x, w_kept, t6, z, t5, x_kept, y, t3, x_kept_2, t2, t1 = residuals  # shape, f64, f64[y_0], bool, f64[y_0], bool, f64, f64[y_0], f64, f64, bool, bool
    del residuals
    # 15: if x < 100.0:
    if t6:
        # 16: w = w * x
        d_w = np.broadcast_to(d_value, w_shape)  # f64[y_0]
        d_w_3 = d_w * x  # f64[y_0]
        d_x_2 = w_kept.sum() * d_value  # f64
    else:
        # 15: if x < 100.0:
        d_w_3 = np.broadcast_to(d_value, w_shape)  # f64[y_0]
        d_x_2 = 0.0  # f64
    del w_kept
    # 14: w = z if z.sum() > 100.0 else z * z
    if t5:
        d_z_2 = d_w_3  # f64[y_0]
    else:
        d_z_2 = d_w_3 * z  # f64[y_0]
        d_z_2 += d_w_3 * z  # f64[y_0]
    del z
    # 7: if x > 2.0:
    if t1:
        # 8: z = y * x
        d_y_4 = d_z_2 * x_kept  # f64[y_0]
        d_x_2 += runtime.sum_product(d_z_2, y)  # f64
        # 9: elif x > 0.0:
        d_x_5 = d_x_2  # f64
    else:
        if t2:
            # 11: x = x * z[0]
            d_x_4 = d_x_2 * t3  # f64
            d_t3 = d_x_2 * x_kept_2  # f64
            d_z_3 = np.array(d_z_2)  # f64[y_0]
            d_z_3[0] += d_t3
            # 10: z = np.sin(y)
            d_y_3 = np.cos(y)  # f64[y_0]
            d_y_3 *= d_z_3  # f64[y_0]
        else:
            # 13: z = y
            d_x_4 = d_x_2  # f64
            d_y_3 = d_z_2  # f64[y_0]
        # 9: elif x > 0.0:
        d_x_5 = d_x_4  # f64
        d_y_4 = d_y_3  # f64[y_0]
    # 7: if x > 2.0:
    del y
    # 6: def f(x, y):
    return d_x_5, d_y_4
'''
