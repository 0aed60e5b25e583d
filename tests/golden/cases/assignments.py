"""Assignments: rebinding, swaps, nested and starred targets, chains, `+=`, the walrus."""

import numpy as np


def f(x, y):
    a, b = x, y
    a, b = b, a * 2.0
    c = d = a + b
    c += d
    (p, (q, r)) = c[0], (b[0], b[1])
    if (last := b[-1]) > 0.0:
        p *= last
    return p * q + np.sum(d) + r * last


ARGNUMS = (0, 1)


def arguments():
    return np.array([0.5, -1.5, 2.0]), np.array([1.0, 0.25, -0.75])


# What adls says of it; `pytest tests/golden --update-golden` writes it anew.


IR = r'''
# primal
f(x: f64[x_0], y: f64[y_0]) -> f64                                                            assignments.py:6
  t1: (f64[x_0], f64[y_0]) = tuple x, y                                                       @7
  a: f64[x_0], b: f64[y_0] = unpack t1                                                        @7
  t2: f64[x_0] = operator.mul a, 2.0                                                          @8
  t3: (f64[y_0], f64[x_0]) = tuple b, t2                                                      @8
  a_2: f64[y_0], b_2: f64[x_0] = unpack t3                                                    @8
  c: f64[y_0] = operator.add a_2, b_2                                                         @9
  d: f64[y_0] = copy c                                                                        @9
  c: f64[y_0] = operator.iadd c, d                                                            @10
  t4: f64 = getitem c, 0                                                                      @11
  t5: f64 = getitem b_2, 0                                                                    @11
  t6: f64 = getitem b_2, 1                                                                    @11
  t7: (f64, f64) = tuple t5, t6                                                               @11
  t8: (f64, (f64, f64)) = tuple t4, t7                                                        @11
  p: f64, t9: (f64, f64) = unpack t8                                                          @11
  q: f64, r: f64 = unpack t9                                                                  @11
  last: f64 = getitem b_2, -1                                                                 @12
  t10: bool = operator.gt last, 0.0                                                           @12
  if t10:                                                                                     @12
    p: f64 = operator.imul p, last                                                            @13
  t11: f64 = operator.mul p, q                                                                @14
  t12: f64 = numpy.sum d                                                                      @14
  t13: f64 = operator.add t11, t12                                                            @14
  t14: f64 = operator.mul r, last                                                             @14
  t15: f64 = operator.add t13, t14                                                            @14
  return t15                                                                                  @14


# forward
forward f(x: f64[x_0], y: f64[y_0]) -> (f64, residuals)                                       assignments.py:6
  p_kept: f64 = copy None                                                                     @6
  t1: (f64[x_0], f64[y_0]) = tuple x, y                                                       @7
  a: f64[x_0], b: f64[y_0] = unpack t1                                                        @7
  t2: f64[x_0] = operator.mul a, 2.0                                                          @8
  t3: (f64[y_0], f64[x_0]) = tuple b, t2                                                      @8
  a_2: f64[y_0], b_2: f64[x_0] = unpack t3                                                    @8
  b_2_shape: shape = attr[shape] b_2                                                          @12
  c: f64[y_0] = operator.add a_2, b_2                                                         @9
  c_shape: shape = attr[shape] c                                                              @9
  d: f64[y_0] = copy c                                                                        @9
  c: f64[y_0] = operator.iadd c, d                                                            @10
  t4: f64 = getitem c, 0                                                                      @11
  t5: f64 = getitem b_2, 0                                                                    @11
  t6: f64 = getitem b_2, 1                                                                    @11
  t7: (f64, f64) = tuple t5, t6                                                               @11
  t8: (f64, (f64, f64)) = tuple t4, t7                                                        @11
  p: f64, t9: (f64, f64) = unpack t8                                                          @11
  q: f64, r: f64 = unpack t9                                                                  @11
  last: f64 = getitem b_2, -1                                                                 @12
  t10: bool = operator.gt last, 0.0                                                           @12
  if t10:                                                                                     @12
    p_kept: f64 = copy p                                                                      @13
    p: f64 = operator.imul p, last                                                            @13
  t11: f64 = operator.mul p, q                                                                @14
  t12: f64 = numpy.sum d                                                                      @14
  t13: f64 = operator.add t11, t12                                                            @14
  t14: f64 = operator.mul r, last                                                             @14
  t15: f64 = operator.add t13, t14                                                            @14
  t27: residuals = tuple c_shape, last, r, q, p, p_kept, t10, b_2_shape                       @14
  t28: residuals = tuple t15, t27                                                             @14
  return t28                                                                                  @14


# backward
backward f(residuals: residuals, d_value: f64) -> (f64[x_0], f64[y_0])                        assignments.py:6
  c_shape: shape, last: f64, r: f64, q: f64, p: f64, p_kept: f64, t10: bool, b_2_shape: shape = unpack residuals  @6
  d_c: f64[y_0] = numpy.zeros c_shape                                                         @9
  d_r: f64 = operator.mul d_value, last                                                       @14
  d_last: f64 = operator.mul d_value, r                                                       @14
  d_c: f64[y_0] = operator.iadd d_c, d_value                                                  @14
  d_p: f64 = operator.mul d_value, q                                                          @14
  d_q: f64 = operator.mul d_value, p                                                          @14
  if t10:                                                                                     @12
    d_p_2: f64 = operator.mul d_p, last                                                       @13
    t22: Any = operator.mul d_p, p_kept                                                       @13
    d_last: f64 = operator.iadd[owned] d_last, t22                                            @13
    d_p_3: f64 = copy d_p_2                                                                   @12
  else:
    d_p_3: f64 = copy d_p                                                                     @12
  d_b_2: f64[x_0] = numpy.zeros b_2_shape                                                     @12
  augitem[operator.iadd] d_b_2, -1, d_last                                                    @12
  augitem[operator.iadd] d_b_2, 1, d_r                                                        @11
  augitem[operator.iadd] d_b_2, 0, d_q                                                        @11
  augitem[operator.iadd] d_c, 0, d_p_3                                                        @11
  t24: Any = ndarray.copy d_c                                                                 @10
  d_c: f64[y_0] = operator.iadd d_c, t24                                                      @10
  d_b_2: f64[x_0] = operator.iadd[owned] d_b_2, d_c                                           @9
  d_a: f64[x_0] = operator.mul d_b_2, 2.0                                                     @8
  t26: Any = tuple d_a, d_c                                                                   @6
  return t26                                                                                  @6
'''

ADJOINT = r'''
import numpy as np


# f(x: f64[x_0], y: f64[y_0]) -> (f64, residuals)
def f__fwd(x, y):
    # 6: def f(x, y):
    p_kept = None
    # 7: a, b = x, y
    a, b = x, y  # f64[x_0], f64[y_0]
    # 8: a, b = b, a * 2.0
    t2 = a * 2.0  # f64[x_0]
    del a
    a_2, b_2 = b, t2  # f64[y_0], f64[x_0]
    del b
    # 12: if (last := b[-1]) > 0.0:
    b_2_shape = b_2.shape
    # 9: c = d = a + b
    c = a_2 + b_2  # f64[y_0]
    del a_2
    c_shape = c.shape
    d = c  # f64[y_0]
    # 10: c += d
    c += d  # f64[y_0]
    # 11: (p, (q, r)) = c[0], (b[0], b[1])
    p, t9 = c[0], (b_2[0], b_2[1])  # f64, (f64, f64)
    del c
    q, r = t9  # f64, f64
    # 12: if (last := b[-1]) > 0.0:
    last = b_2[-1]  # f64
    del b_2
    t10 = last > 0.0  # bool
    if t10:
        # 13: p *= last
        p_kept = p  # f64
        p *= last  # f64
    # 14: return p * q + np.sum(d) + r * last
    return p * q + np.sum(d) + r * last, (c_shape, last, r, q, p, p_kept, t10, b_2_shape)


# f__back(residuals: residuals, d_value: f64) -> (f64[x_0], f64[y_0])
def f__back(residuals, d_value):
    # 6: def f(x, y):
    c_shape, last, r, q, p, p_kept, t10, b_2_shape = residuals  # shape, f64, f64, f64, f64, f64, bool, shape
    del residuals
    # 9: c = d = a + b
    d_c = np.zeros(c_shape)  # f64[y_0]
    # 14: return p * q + np.sum(d) + r * last
    d_r = d_value * last  # f64
    d_last = d_value * r  # f64
    d_c[...] = d_value
    d_p = d_value * q  # f64
    d_q = d_value * p  # f64
    # 12: if (last := b[-1]) > 0.0:
    if t10:
        # 13: p *= last
        d_p_3 = d_p * last  # f64
        d_last += d_p * p_kept  # f64
    else:
        # 12: if (last := b[-1]) > 0.0:
        d_p_3 = d_p  # f64
    d_b_2 = np.zeros(b_2_shape)  # f64[x_0]
    d_b_2[-1] = d_last
    # 11: (p, (q, r)) = c[0], (b[0], b[1])
    d_b_2[1] += d_r
    d_b_2[0] += d_q
    d_c[0] += d_p_3
    # 10: c += d
    d_c += d_c.copy()  # f64[y_0]
    # 9: c = d = a + b
    d_b_2 += d_c  # f64[x_0]
    # 8: a, b = b, a * 2.0
    d_a = d_b_2 * 2.0  # f64[x_0]
    del d_b_2
    # 6: def f(x, y):
    return d_a, d_c
'''
